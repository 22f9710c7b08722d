import { messagesOf, stepsOf, type WirePrompt } from '../client/index.ts';

/** A prompt for reading, as Markdown: its messages under their roles, step by step in a chain. */
export function promptMarkdown(prompt: WirePrompt, depth = 2): string {
  const heading = '#'.repeat(depth);
  const steps = stepsOf(prompt);
  return steps
    ? steps.map((step) => `${heading} Step ${step.id}\n\n${promptMarkdown(step.prompt, depth + 1)}`).join('\n')
    : messagesOf(prompt)
        .map(({ role, content }) => `${heading} ${role}\n\n${content.trimEnd()}\n`)
        .join('\n');
}
