import { environmentSchema } from '../../src/config.ts';
import { limitLineSchema } from '../../src/models/limit-settings.ts';
import { priceLineSchema } from '../../src/models/price-line.ts';
import { LIST_PRICES } from '../../src/models/price-list.ts';
import { fieldTable, page, table } from './markdown.ts';
import { fieldRows, inputSchema } from './schema-table.ts';

export function configurationPage(): string {
  const rows = fieldRows(inputSchema(environmentSchema).root).map((row) => [
    `\`${row.path}\``,
    row.byDefault === '' || row.byDefault === '[]' ? '' : `\`${row.byDefault.replace(/^"(.*)"$/, '$1')}\``,
    row.description,
  ]);
  return page('Configuration', 'the environment schema in `src/config.ts`', [
    'The service is configured by environment variables. A value that is not valid stops the start with the variable’s name and the fix.',
    table(['variable', 'default', 'meaning'], rows),
    'Provider keys are further variables, named by `apiKeyRef`: `OPENAI_API_KEY`, `ANTHROPIC_API_KEY`, `OPENAI_COMPATIBLE_API_KEY`, or any other whose name ends in `_KEY` or `_TOKEN`.',
    `## Lines of a price file\n\n\`PARETUNE_PRICES\` names a JSON file \`{ "models": [line, …] }\`; its lines come before the built-in ones. US dollars per million tokens.\n\n${fieldTable(fieldRows(inputSchema(priceLineSchema).root))}`,
    `## Lines of a limits file\n\n\`PARETUNE_LIMITS\` names a JSON file with a list of lines; the first that fits a model counts. What is absent is not limited.\n\n${fieldTable(fieldRows(inputSchema(limitLineSchema).root))}`,
    `## Built-in prices\n\n${table(
      ['provider', 'model', 'input', 'cached input', 'cache write', 'output', 'long prompts (input, output)', 'as of'],
      LIST_PRICES.map(({ provider, model, input, cachedInput, cacheWrite, output, longPrompt, date }) => [
        provider,
        `\`${model}\``,
        ...[input, cachedInput, cacheWrite, output].map((price) => (price === undefined ? '' : String(price))),
        longPrompt ? `above ${longPrompt.above} tokens: ${longPrompt.input}, ${longPrompt.output}` : '',
        date ?? '',
      ]),
    )}`,
  ]);
}
