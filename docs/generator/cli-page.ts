import type { Command } from 'commander';
import { EXIT } from '../../src/cli/exit.ts';
import { type Io, terminalOf } from '../../src/cli/io.ts';
import { createProgram } from '../../src/cli/program.ts';
import { page, table } from './markdown.ts';

/** The program describes itself; nothing is run and nothing is printed. */
const nowhere: Io = {
  out: () => {},
  err: () => {},
  environment: {},
  cwd: '.',
  result: terminalOf({}, {}),
  progress: terminalOf({}, {}),
  interrupt: new AbortController().signal,
  now: () => 0,
};

const EXIT_MEANINGS: Readonly<Record<string, string>> = {
  done: 'done; a gate passed',
  gateFailed: 'a gate failed',
  badInput: 'bad input',
  unreachable: 'the service or a provider cannot be reached',
  noImprovement: 'the job ended without an improvement',
  defect: 'a defect of Paretune itself',
  interrupted: 'interrupted',
} satisfies Record<keyof typeof EXIT, string>;

export function cliPage(): string {
  const program = createProgram(nowhere, '', () => {});
  return page('Command line', 'the command declarations', [
    `${program.description()}\n\nIn a clone, \`npm run paretune -- <command>\` runs it from source; after \`npm run build\`, \`node dist/src/cli/main.js <command>\` does without development packages.`,
    ...program.commands.flatMap((command) => sections(command, 'paretune')),
    `## Exit codes\n\n${table(
      ['code', 'meaning'],
      Object.entries(EXIT).map(([name, code]) => [String(code), EXIT_MEANINGS[name] ?? name]),
    )}`,
  ]);
}

function sections(command: Command, parent: string): string[] {
  const name = `${parent} ${command.name()}`;
  if (command.commands.length > 0) return command.commands.flatMap((inner) => sections(inner, name));
  const operands = command.registeredArguments.map((operand) => {
    const text = `${operand.name()}${operand.variadic ? '...' : ''}`;
    return operand.required ? `<${text}>` : `[${text}]`;
  });
  const options = command.options.map((option) => [
    `\`${option.flags}\``,
    option.description,
    option.defaultValue === undefined || typeof option.defaultValue === 'boolean' ? '' : `\`${option.defaultValue}\``,
  ]);
  return [
    [
      `## ${name}`,
      `\`${[name, ...operands].join(' ')}\`${command.alias() ? ` (also \`${parent} ${command.alias()}\`)` : ''}${command.description() === '' ? '' : `: ${command.description()}.`}`,
      ...(options.length > 0 ? [table(['option', 'what', 'default'], options)] : []),
    ].join('\n\n'),
  ];
}
