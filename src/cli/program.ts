import { Command, InvalidArgumentError, Option } from 'commander';
import type { ExitCode } from './exit.ts';
import type { Io } from './io.ts';

const integer =
  (least: number) =>
  (text: string): number => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < least) throw new InvalidArgumentError(`must be a whole number ≥ ${least}.`);
    return value;
  };
const several = (text: string, before: readonly string[] = []): readonly string[] => [...before, text];

/** Options of every command that talks to a service. */
const remote = (command: Command): Command =>
  command
    .option('--url <url>', 'address of the service (PARETUNE_URL; default http://127.0.0.1:8080)')
    .option('--api-key <key>', 'API key (PARETUNE_API_KEY)')
    .option('--json', 'print JSON');

const database = (command: Command): Command =>
  command
    .option('--project <id>', 'project of the key', 'default')
    .option('--data-dir <dir>', 'directory of the embedded database; DATABASE_URL names a PostgreSQL server instead')
    .option('--json', 'print JSON');

/**
 * The command line. What a command needs is loaded when it runs, so that `--help` costs nothing. `ended` takes the exit code of the
 * command that ran.
 */
export function createProgram(io: Io, version: string, ended: (code: ExitCode) => void): Command {
  const program = new Command('paretune');
  program
    .description('Finds better prompts for your data under a budget, and proves it on rows that the search never saw.')
    .version(version)
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.out(text), writeErr: (text) => io.err(text) })
    .showSuggestionAfterError()
    .addHelpText(
      'after',
      '\nExit codes: 0 done, 1 gate failed or replay not identical, 2 bad input, 3 service or provider unreachable, 4 no improvement, 130 interrupted.',
    );

  const serving = (command: Command) =>
    command
      .option('--data-dir <dir>', 'directory of the embedded database (PARETUNE_DATA_DIR; default ./.paretune)')
      .option('--force-unlock', 'take the directory although another machine that is gone left its lock');
  serving(program.command('serve'))
    .description('start the service: API and worker in one process')
    .option('--host <address>', 'address to listen on (HOST; default 127.0.0.1)')
    .option('--port <port>', 'port to listen on, 0 for a free one (PORT; default 8080)', integer(0))
    .option('--no-worker', 'API only; workers run elsewhere')
    .action(async (options) => ended(await (await import('./commands/serve.ts')).serve(io, options)));
  serving(program.command('worker'))
    .description('start a worker without the API')
    .action(async (options) => ended(await (await import('./commands/serve.ts')).serve(io, options, false)));

  program
    .command('demo')
    .description('run a bundled task against a simulated model: no key, no set-up')
    .option('--task <name>', 'support-triage, extraction, policy, rewriting or support-chain', 'support-triage')
    .option('--optimizer <type>', 'gepa or protegi', 'gepa')
    .option('--rollouts <n>', 'search budget', integer(1), 1200)
    .option('--seed <n>', 'seed of the search', integer(0), 7)
    .option('--keep', 'keep the data directory')
    .option('--json', 'print JSON')
    .action(async (options) => ended(await (await import('./demo.ts')).demo(io, options)));

  program
    .command('optimize <job-file>')
    .description('run one job in this process, on the embedded database')
    .option('--data-dir <dir>', 'directory of the embedded database (PARETUNE_DATA_DIR; default ./.paretune)')
    .option('--api-key <key>', 'API key, when the database has any (PARETUNE_API_KEY)')
    .option('--force', 'run it although its budget or its rows cannot lead to a result')
    .option('--json', 'print JSON')
    .action(async (file, options) => ended(await (await import('./commands/optimize.ts')).optimize(io, file, options)));

  remote(program.command('doctor <job-file>'))
    .description('look a job over before it costs anything; fails when it would be refused')
    .option('--data-dir <dir>', 'without a service: directory of the embedded database (PARETUNE_DATA_DIR)')
    .action(async (file, options) => ended(await (await import('./commands/doctor.ts')).doctor(io, file, options)));
  remote(program.command('submit <job-file>'))
    .description('submit a job to a service')
    .option('--dry-run', 'resolve and estimate; start nothing')
    .option('--watch', 'follow the job to its end')
    .option('--force', 'submit it although its budget or its rows cannot lead to a result')
    .action(async (file, options) => ended(await (await import('./commands/submit.ts')).submit(io, file, options)));
  remote(program.command('watch <job>'))
    .description('follow a job to its end; Ctrl-C stops watching, not the job')
    .action(async (job, options) => ended(await (await import('./commands/watch.ts')).watch(io, job, options)));
  const stored = (command: Command) =>
    remote(command).option('--data-dir <dir>', 'without a service: directory of the embedded database that has it');
  stored(program.command('best <job>'))
    .description('print the best prompt of a job')
    .action(async (job, options) => ended(await (await import('./commands/best.ts')).best(io, job, options)));
  stored(program.command('pull <job>'))
    .description('import the winner as a draft version and write it to files')
    .option('--out <dir>', 'folder of the files', 'prompts')
    .option('--name <name>', 'name of the prompt; default: the one that was optimized')
    .option('--message <text>', 'what changed, as a commit message')
    .option('--no-import', 'write files only')
    .option('--allow', 'also when the verdict is not "promote"')
    .option('--allow-baseline', 'also when nothing better was found')
    .action(async (job, options) => ended(await (await import('./commands/pull.ts')).pull(io, job, options)));
  const measuring = (command: Command) =>
    remote(command)
      .option(
        '--prompt <file-or-ref>',
        'another prompt, compared row by row with that of a job file; may be repeated',
        several,
      )
      .option('--dataset <file-or-ref>', 'other rows than those of the file')
      .option('--split <split>', 'train, validation, test or all; default: as the file says, else validation')
      .option('--repeats <n>', 'runs of each row', integer(1))
      .option('--aa', 'measure the baseline against itself, too')
      .option(
        '--data-dir <dir>',
        'without a service: directory of the embedded database (default: in memory, or ./.paretune for what is stored)',
      );
  measuring(program.command('eval <file>'))
    .description(
      'measure the prompts of an evaluation or job file; in this process unless --url or PARETUNE_URL names a service',
    )
    .action(async (file, options) => ended(await (await import('./commands/eval.ts')).evaluate(io, file, options)));
  measuring(program.command('gate <subject>'))
    .description(
      'fail unless what is judged is to be promoted: an evaluation or job file, an evaluation, a job, or a prompt version',
    )
    .option('--allow <verdict>', 'let this verdict pass, too (inconclusive)', several)
    .option('--min <metric=value>', 'a candidate has at least this; of a job on the sealed rows', several)
    .option('--max <metric=value>', 'a candidate has at most this; of a job on the sealed rows', several)
    .option('--junit <file>', 'write the rules as JUnit XML')
    .option('--markdown <file>', 'write a summary for a pull request; GITHUB_STEP_SUMMARY gets one, too')
    .action(async (subject, options) => ended(await (await import('./commands/gate.ts')).gate(io, subject, options)));
  remote(program.command('compare <a> <b>'))
    .description(
      'compare two prompts row by row: measured candidates (eval_…/c1, job_…/c3), or versions and files with --with',
    )
    .option('--with <file>', 'job or evaluation file whose rows, suite and models measure both')
    .option('--split <split>', 'train, validation, test or all')
    .option('--metric <metric>', 'what rows are compared in; default: the first evaluator')
    .option('--limit <n>', 'rows that are shown', integer(1), 10)
    .option('--data-dir <dir>', 'without a service: directory of the embedded database')
    .action(async (a, b, options) => ended(await (await import('./commands/compare.ts')).compare(io, a, b, options)));

  remote(program.command('jobs').alias('status'))
    .description('list jobs, newest first')
    .option('--status <status>', 'queued, running, succeeded, failed or cancelled')
    .option('--prompt <name>', 'jobs that optimized this prompt')
    .option('--limit <n>', 'how many', integer(1), 20)
    .action(async (options) => ended(await (await import('./commands/jobs.ts')).listJobs(io, options)));
  remote(program.command('cancel <job>'))
    .description('stop a job')
    .action(async (job, options) => ended(await (await import('./commands/jobs.ts')).cancel(io, job, options)));
  stored(program.command('report <job>'))
    .description('print the report of a job')
    .addOption(new Option('--format <format>').choices(['terminal', 'markdown', 'html', 'json']).default('terminal'))
    .action(async (job, options) => ended(await (await import('./commands/jobs.ts')).report(io, job, options)));

  remote(program.command('replay <job>'))
    .description('run a job again from its journal, without calls; fails when it does not find the same')
    .action(async (job, options) => ended(await (await import('./commands/replay.ts')).replay(io, job, options)));

  const judges = program.command('judges').description('compare judge models with human labels');
  const judgeCommands = () => import('./commands/judges.ts');
  remote(judges.command('calibrate <file>'))
    .description('calibrate the judge that a YAML or JSON file describes, and print its card')
    .action(async (file, options) => ended(await (await judgeCommands()).calibrate(io, file, options)));
  remote(judges.command('list'))
    .description('list judge cards, newest first')
    .option('--limit <n>', 'how many', integer(1), 20)
    .action(async (options) => ended(await (await judgeCommands()).listCards(io, options)));

  const schedule = program.command('schedule').description('re-optimize by the clock');
  const schedules = () => import('./commands/schedule.ts');
  remote(schedule.command('create <file>'))
    .description('create a schedule from a YAML or JSON file')
    .action(async (file, options) => ended(await (await schedules()).createSchedule(io, file, options)));
  remote(schedule.command('list')).action(async (options) =>
    ended(await (await schedules()).listSchedules(io, options)),
  );
  remote(schedule.command('remove <schedule>'))
    .description('by id or name')
    .action(async (id, options) => ended(await (await schedules()).removeSchedule(io, id, options)));
  remote(schedule.command('run <schedule>'))
    .description('submit its job now')
    .action(async (id, options) => ended(await (await schedules()).runSchedule(io, id, options)));

  remote(program.command('import <kind> <files...>'))
    .description(
      'register files as versions; kind: prompts, datasets, suites, or the format of another tool (docs/imports.md)',
    )
    .option('--name <name>', "name in the registry; default: the file's name")
    .option('--message <text>', 'what changed (prompts)')
    .option('--map <field=column>', 'formats: a row field from these columns, such as input=question,topic', several)
    .option('--out <dir>', 'formats: write files instead of registering')
    .option('--strict', 'formats: fail when anything has no equal here')
    .action(async (kind, files, options) =>
      ended(await (await import('./commands/import.ts')).importFiles(io, kind, files, options)),
    );

  remote(program.command('export <format> [id]'))
    .description(
      'write a promptfoo configuration, a dataset as JSON lines with its hash, the decision of an evaluation as JUnit XML, or what a decision rests on; format: promptfoo, jsonl, junit or evidence; id: of the evaluation or job that junit or evidence is about',
    )
    .option('--of <id>', 'the same as the id')
    .option('--prompt <file-or-ref>', 'promptfoo: the prompt')
    .option('--suite <file-or-ref>', 'promptfoo: the suite')
    .option('--dataset <ref>', 'promptfoo, jsonl: the dataset, such as rows@3')
    .option('--out <path>', 'the file to write, default standard output; for evidence a directory')
    .action(async (format, id, { of, ...options }) => {
      const subject = id ?? of;
      if (format === 'evidence')
        ended(await (await import('./commands/export-evidence.ts')).exportEvidence(io, subject, options));
      else if (format === 'junit')
        ended(await (await import('./commands/export-junit.ts')).exportJUnit(io, subject, options));
      else ended(await (await import('./commands/export.ts')).exportFiles(io, format, options));
    });

  const keys = program.command('keys').description('API keys; the embedded database must not be in use');
  const keyCommands = () => import('./commands/keys.ts');
  database(keys.command('create'))
    .description('print a new key, this once')
    .option('--role <role>', 'admin, editor or viewer', 'editor')
    .option('--name <name>', 'what it is for')
    .action(async (options) => ended(await (await keyCommands()).createKey(io, options)));
  database(keys.command('list')).action(async (options) => ended(await (await keyCommands()).listKeys(io, options)));
  database(keys.command('revoke <id>')).action(async (id, options) =>
    ended(await (await keyCommands()).revokeKey(io, id, options)),
  );
  return program;
}
