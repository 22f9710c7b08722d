import type { Candidate } from '../../../src/domain/candidate.ts';
import type { Components } from '../../../src/domain/prompt.ts';
import { sentenceChanges, withChanges } from '../../../src/search/sentences.ts';

/** The winner with the sentences added and removed by which another child differs from the parent that both share. */
export function combined(
  components: readonly string[],
  winner: Candidate,
  parent: Candidate,
  other: Candidate,
): Components {
  const textOf = (candidate: Candidate, component: string) => candidate.components[component] ?? '';
  return Object.fromEntries(
    components.map((component) => {
      const changes = sentenceChanges(textOf(parent, component), textOf(other, component));
      return [component, withChanges(textOf(winner, component), changes)];
    }),
  );
}
