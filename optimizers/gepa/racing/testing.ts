import type { AuthorRequest } from '../../../src/search/contract.ts';
import type { SyntheticWorld } from '../../../src/search/testing.ts';

/**
 * A world of rules for tests: a row `<split><n>-<needs>` is solved by a prompt that has the sentence `Rule <x>.` for each letter it needs.
 * `Harm <x>.` breaks the rows of that letter. What the author answers is a list of versions, each a list of sentences to add.
 */
export function ruleWorld(
  rows: readonly string[],
  author: (shown: readonly string[], n: number, request: AuthorRequest<unknown>) => readonly string[] | null,
  more: Partial<SyntheticWorld> = {},
): SyntheticWorld {
  return {
    components: { prompt: 'Do the task.' },
    train: rows.filter((row) => row.startsWith('t')),
    validation: rows.filter((row) => row.startsWith('v')),
    score: ({ prompt = '' }, rowId) => Number(solves(prompt, rowId)),
    author: (request, n) => {
      const content = request.messages[0]?.content ?? '';
      const current = /<current_instructions>\n([\s\S]*?)\n<\/current_instructions>/.exec(content)?.[1] ?? '';
      const shown = Array.from(content.matchAll(/input ([tv]\d+-\w*)/g), (match) => match[1] ?? '');
      const versions = author(shown, n, request);
      return versions && hypotheses(versions.map((added) => (added === '' ? current : `${current}\n${added}`)));
    },
    ...more,
  };
}

const hypotheses = (instructions: readonly string[]) =>
  JSON.stringify({
    candidates: instructions.map((instruction) => ({ diagnosis: `supposes ${instruction.length}`, instruction })),
  });

function solves(prompt: string, rowId: string): boolean {
  const needs = [...(rowId.split('-')[1] ?? '')];
  return (
    needs.every((need) => prompt.includes(`Rule ${need}.`)) && !needs.some((need) => prompt.includes(`Harm ${need}.`))
  );
}
