import { BudgetExhausted } from '../../../src/domain/budget.ts';
import type { AuthorRequest, SearchRow } from '../../../src/search/contract.ts';
import { checkInvariants, type SyntheticRun, type SyntheticWorld, syntheticRun } from '../../../src/search/testing.ts';
import { protegi } from '../index.ts';
import type { TextEdit } from './text-edit.ts';

/** What a request shows: its text, the rows that fail, and the rows that succeed beside them. */
export interface Shown {
  readonly text: string;
  readonly errors: readonly string[];
  readonly contrasts: readonly string[];
}

export const kindOf = (request: AuthorRequest<unknown>) => request.purpose.replace(/^protegi\/|@.*$/g, '');

export function shownIn(request: AuthorRequest<unknown>): Shown {
  const text = request.messages[0]?.content ?? '';
  const [errors = '', contrasts = ''] = text.split('The next examples are right');
  const rows = (part: string) => Array.from(part.matchAll(/input ([tv]\d+-\w*)/g), (match) => match[1] ?? '');
  return { text, errors: rows(errors), contrasts: rows(contrasts) };
}

export const add = (replacement: string): TextEdit => ({ operation: 'add', original: '', replacement });

/**
 * A world of rules for tests: a row `<split><n>-<needs>` is solved by a prompt that has the sentence `Rule <x>.` for each letter it needs;
 * `Harm <x>.` breaks the rows of that letter. `ideas` says to which edits the n-th critique leads: a critique is an edit as JSON, and
 * the request for edits answers with the critique that it is sent. Null = no answer.
 */
export function ruleWorld(
  rows: readonly string[],
  ideas: (shown: Shown, n: number) => readonly TextEdit[] | null,
  more: Partial<SyntheticWorld> = {},
): SyntheticWorld {
  let critiques = 0;
  const { score = ({ prompt = '' }, id) => Number(solves(prompt, id)), ...rest } = more;
  return {
    components: { prompt: 'Do the task.' },
    train: rows.filter((row) => row.startsWith('t')).map(asRow),
    validation: rows.filter((row) => row.startsWith('v')).map(asRow),
    // Rows with the same needs fail alike: errors are grouped by what came out instead of what.
    score: (components, id) => {
      const outcome = score(components, id);
      return typeof outcome === 'number' ? { score: outcome, output: outcome < 1 ? 'none' : needsOf(id) } : outcome;
    },
    author: (request, n) => {
      const shown = shownIn(request);
      if (kindOf(request) === 'paraphrase') return JSON.stringify({ instructions: [`Anew ${n}.`] });
      if (kindOf(request) === 'section-edit') {
        const critique = /<critique>\n([\s\S]*?)\n<\/critique>/.exec(shown.text)?.[1] ?? '';
        return JSON.stringify({ edits: [JSON.parse(critique)] });
      }
      const reasons = ideas(shown, critiques++);
      return reasons && JSON.stringify({ reasons: reasons.map((idea) => JSON.stringify(idea)) });
    },
    ...rest,
  };
}

const needsOf = (id: string) => id.split('-')[1] || 'nothing';
const asRow = (id: string): SearchRow => ({
  id,
  input: `input ${id}`,
  expected: needsOf(id),
  context: '',
  metadata: {},
});

export function solves(prompt: string, rowId: string): boolean {
  const needs = [...(rowId.split('-')[1] ?? '')];
  return needs.every((need) => prompt.includes(`Rule ${need}.`) && !prompt.includes(`Harm ${need}.`));
}

export const rows = (prefix: string, count: number, needs: string): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}-${needs}`);

export async function searched(
  world: SyntheticWorld,
  options: object = {},
): Promise<{ run: SyntheticRun; stop: string }> {
  const run = syntheticRun(world);
  const { stop } = await protegi
    .prepare(options)
    .search(run.task)
    .catch((error: unknown) => {
      if (error instanceof BudgetExhausted) return { stop: 'budget' };
      throw error;
    });
  checkInvariants(run);
  return { run, stop };
}

/** The texts that the search stands by in the end. */
export const answerOf = (run: SyntheticRun) =>
  run.candidates.find(({ id }) => id === run.leads.at(-1)?.candidateId)?.components ?? {};
export const fateOf = (run: SyntheticRun, id: string) => run.fates.findLast((each) => each.candidateId === id)?.fate;
export const rowsOf = (run: SyntheticRun, id: string) =>
  run.paid.filter(({ candidateId }) => candidateId === id).map(({ rowId }) => rowId);
