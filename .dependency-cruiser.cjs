/** The walls of docs/architecture.md. `npm run arch` fails on the first arrow that goes through one. */
const room = (name) => `^src/${name}/`;
const only = (name, from, to, comment) => ({ name, severity: 'error', comment, from, to });

module.exports = {
  forbidden: [
    only('no-cycles', {}, { circular: true }, 'Data flows one way.'),
    only(
      'domain-is-alone',
      { path: room('domain') },
      { path: '^(src|optimizers|evaluators|fixtures|bench)/', pathNot: room('domain') },
      'domain imports nothing of ours',
    ),
    only(
      'search-and-lab-know-domain',
      { path: '^src/(search|lab)/' },
      { path: '^(src|optimizers|evaluators|fixtures|bench)/', pathNot: '^src/(domain|search|lab)/' },
      'search and lab import domain',
    ),
    only(
      'search-does-not-know-lab',
      { path: room('search') },
      { path: room('lab') },
      'an optimizer reaches the lab through its contract',
    ),
    only(
      'lab-does-not-know-search',
      { path: room('lab'), pathNot: '\\.test\\.ts$' },
      { path: room('search'), pathNot: 'src/search/random\\.ts' },
      'the lab uses the search room for randomness only',
    ),
    only(
      'optimizers-know-domain-and-search',
      { path: '^optimizers/', pathNot: '\\.test\\.ts$' },
      { path: '^(src|evaluators|fixtures|bench)/', pathNot: '^src/(domain|search)/' },
      'an optimizer knows no database, HTTP, provider or fixture',
    ),
    only(
      'evaluators-know-the-contract',
      { path: '^evaluators/', pathNot: '\\.test\\.ts$' },
      { path: '^(src|optimizers|fixtures|bench)/', pathNot: '^src/(domain/|lab/evaluator\\.ts)' },
      'an evaluator knows the domain and its contract',
    ),
    only(
      'plug-ins-import-no-io',
      { path: '^(optimizers|evaluators)/', pathNot: '\\.test\\.ts$' },
      { path: '^(node:)?(fs|net|http|https|child_process|worker_threads)$' },
      'plug-ins are pure',
    ),
    only(
      'sql-in-store',
      { pathNot: '^src/store/|\\.test\\.ts$|^src/jobs/queue' },
      { path: 'node_modules/(drizzle-orm|pg|@electric-sql/pglite)/' },
      'store is the only room that writes SQL',
    ),
    only(
      'sdks-in-models',
      { pathNot: '^src/models/|\\.test\\.ts$' },
      { path: 'node_modules/(openai|@anthropic-ai/sdk)/' },
      'models is the only room that imports a provider SDK',
    ),
    only(
      'api-and-cli-hold-no-rules',
      { path: '^src/(api|cli)/' },
      { path: '^src/(search|lab|models|targets)/', pathNot: '^src/(lab/evaluator|search/contract)\\.ts' },
      'they parse, call and render',
    ),
    only(
      'imports-know-domain',
      { path: room('imports') },
      { path: '^(src|optimizers|evaluators|fixtures|bench)/', pathNot: '^src/(domain|imports)/' },
      'a format is text in, values of the domain out',
    ),
    only(
      'client-is-alone',
      { path: room('client') },
      { path: '^src/', pathNot: '^src/(client|domain)/' },
      'the client speaks HTTP and nothing else',
    ),
    only(
      'client-runs-in-browsers',
      { path: '^src/(client|domain)/', pathNot: '\\.test\\.ts$|^src/domain/content-hash\\.ts' },
      { dependencyTypes: ['core'] },
      'the console is built on the client and the domain',
    ),
    only(
      'console-knows-the-client',
      { path: '^web/src/' },
      { path: '^(src|optimizers|evaluators|fixtures|bench|test)/', pathNot: '^src/(client|domain)/' },
      'the console speaks the public API, in the words of the domain',
    ),
    only(
      'console-is-for-browsers',
      { pathNot: '^web/' },
      { path: '^web/src/|node_modules/(react|react-dom|react-router|@mantine|@tanstack|@observablehq)/' },
      'nothing but the console imports what is made for a page',
    ),
    only(
      'fixtures-for-tests-only',
      { path: '^(src|optimizers|evaluators)/', pathNot: '\\.test\\.ts$|^src/cli/demo' },
      { path: '^(fixtures|bench|test)/' },
      'fixtures are imported by tests, benches and the demo alone',
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
