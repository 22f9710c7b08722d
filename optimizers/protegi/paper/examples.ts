import type { Measured, SearchRow, SearchTask } from '../../../src/search/contract.ts';
import { delimited, fitted } from '../../../src/search/reflection-text.ts';

/** Characters of row and model text that the examples of one request may hold. */
const EXAMPLE_CHARACTERS = 24_000;

/**
 * The errors of a group as delimited, truncated examples. `component` names the step of a chain whose instructions are under review:
 * its own output is shown besides the final one.
 */
export function examplesText(task: SearchTask, errors: readonly Measured[], component: string): string {
  const rows = new Map(task.train.map((row) => [row.id, row]));
  const parts = errors.map((error) => partsOf(error, rows.get(error.rowId), component, task.components.length > 1));
  const texts = fitted(
    parts.flatMap((list) => list.map(([, text]) => text)),
    EXAMPLE_CHARACTERS,
  );
  let next = 0;
  return parts
    .map((list) => {
      const body = list.map(([tag]) => delimited(tag, texts[next++] ?? ''));
      return `<example>\n${body.join('\n')}\n</example>`;
    })
    .join('\n\n');
}

function partsOf(
  error: Measured,
  row: SearchRow | undefined,
  component: string,
  isChain: boolean,
): (readonly [tag: string, text: string])[] {
  const step = isChain ? error.rollout.steps.find((one) => one.component === component) : undefined;
  const parts = [
    ['input', row?.input ?? ''],
    ['context', row?.context ?? ''],
    ['steps', step ? `${component}: ${step.output}` : ''],
    ['output', error.rollout.output],
    ['expected', row?.expected ?? ''],
    ['feedback', error.feedback],
  ] as const;
  return parts.filter(([tag, text]) => text !== '' || tag === 'input' || tag === 'output');
}
