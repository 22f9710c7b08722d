import type { Candidate } from '../../../src/domain/candidate.ts';
import { type SentenceChange, sentenceChanges } from '../../../src/search/sentences.ts';

/** Sentences by which a child differs from its parent, in all components. */
export function changesOf(components: readonly string[], parent: Candidate, child: Candidate): SentenceChange[] {
  return components.flatMap((component) =>
    sentenceChanges(parent.components[component] ?? '', child.components[component] ?? ''),
  );
}
