import { metaPrompt } from '../../src/search/meta-prompt.ts';

/** Monte Carlo paraphrase of ProTeGi (§3.1, after APE): the same meaning in other words. */
export const paraphrasePrompt = metaPrompt({
  id: 'protegi/paraphrase',
  version: 1,
  slots: ['current_instructions', 'count'],
  text: `Generate {{count}} variations of the following instructions in other words, keeping the semantic meaning: every rule stays, none is added, and placeholders in double braces stay exactly as they are.

{{current_instructions}}

Answer with the JSON object {"instructions": ["…"]}.`,
});
