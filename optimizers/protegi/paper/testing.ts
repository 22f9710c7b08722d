import type { AuthorRequest } from '../../../src/search/contract.ts';
import { type SyntheticRun, type SyntheticWorld, syntheticRun } from '../../../src/search/testing.ts';
import { protegi } from '../index.ts';

/** A world for tests: a row is right when the prompt names its rule; the author names a missing rule that it sees in the examples. */
export const RULES = 6;

const textOf = (request: AuthorRequest<unknown>) => request.messages.map((message) => message.content).join('\n');
const block = (text: string, tag: string) => new RegExp(`<${tag}>\\n([\\s\\S]*?)\\n</${tag}>`).exec(text)?.[1] ?? '';
const ruleOf = (rowId: string) => `rule${Number(rowId.slice(1)) % RULES}`;

export const kindOf = (request: AuthorRequest<unknown>) => request.purpose.replace(/^protegi\/|@.*$/g, '');
export const shown = (request: AuthorRequest<unknown>) => textOf(request);

/** Answers each meta-prompt as an able model would. */
export function ableAuthor(request: AuthorRequest<unknown>, n: number): string {
  const text = textOf(request);
  const current = block(text, 'current_instructions');
  if (kindOf(request) === 'gradient') {
    const missing = [...new Set(text.match(/needs rule\d/g) ?? [])];
    return JSON.stringify({ reasons: [0, 1, 2, 3].map((i) => missing[i % missing.length] ?? 'nothing') });
  }
  if (kindOf(request) === 'edit') {
    const rule = /rule\d/.exec(block(text, 'critique'))?.[0] ?? '';
    return JSON.stringify({ instructions: [`${current} ${rule}`] });
  }
  return JSON.stringify({ instructions: [`${current} (said anew ${n})`, `${current} (once more ${n})`] });
}

export function ruleWorld(changes: Partial<SyntheticWorld> & { rows?: number; checks?: number } = {}): SyntheticWorld {
  const { rows = 36, checks = 12, ...rest } = changes;
  return {
    components: { prompt: 'Begin.' },
    train: Array.from({ length: rows }, (_, index) => `t${index}`),
    validation: Array.from({ length: checks }, (_, index) => `v${index}`),
    score: (components, rowId) => {
      const right = Object.values(components).some((text) => text.includes(ruleOf(rowId)));
      return { score: right ? 1 : 0, feedback: right ? 'right' : `needs ${ruleOf(rowId)}` };
    },
    author: ableAuthor,
    ...rest,
  };
}

export async function searched(
  world: SyntheticWorld,
  options: object = {},
): Promise<{ run: SyntheticRun; stop: string }> {
  const run = syntheticRun(world);
  const { stop } = await protegi.prepare({ preset: 'paper', ...options }).search(run.task);
  return { run, stop };
}

/** Validation score of a candidate of a finished run. */
export function validationScore(run: SyntheticRun, id: string): number {
  const candidate = run.candidates.find((one) => one.id === id);
  if (!candidate) throw new Error(`no candidate ${id}`);
  const rows = run.task.validation.map((row) => row.id);
  return run.task.lab.aggregate(candidate, rows)['score'] ?? Number.NaN;
}
