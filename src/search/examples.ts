import type { Measured, SearchRow } from './contract.ts';
import { delimited, fitted } from './reflection-text.ts';

/** Characters (about a quarter as many tokens) that all examples of one request share. */
const EXAMPLES_LIMIT = 32_000;

/** A row as the candidate met it. */
export interface Example {
  readonly row: SearchRow;
  readonly measured: Measured;
}

interface Field {
  readonly tag: string;
  readonly text: string;
}

/**
 * The records of a minibatch for the reflection model: input, output, expected answer and feedback, and for a chain what each step put
 * out. Each row once. All of it is untrusted: delimited, and cut so that a long row leaves room for the others.
 */
export function renderedExamples(examples: readonly Example[]): string {
  const distinct = [...new Map(examples.map((example) => [example.row.id, example])).values()];
  const fields = distinct.map(fieldsOf);
  const texts = fitted(
    fields.flatMap((list) => list.map((field) => field.text)),
    EXAMPLES_LIMIT,
  );
  let next = 0;
  return fields
    .map((list) => list.map((field) => delimited(field.tag, texts[next++] ?? '')).join('\n'))
    .map((body) => `<example>\n${body}\n</example>`)
    .join('\n');
}

function fieldsOf({ row, measured }: Example): Field[] {
  const { rollout } = measured;
  const failure = rollout.error ? `(no usable answer: ${rollout.error.category}: ${rollout.error.message})` : '';
  const steps =
    rollout.steps.length > 1 ? rollout.steps.map((step) => `[${step.component}] ${step.output}`).join('\n') : '';
  return [
    { tag: 'input', text: row.input },
    { tag: 'context', text: row.context },
    { tag: 'steps', text: steps },
    { tag: 'output', text: [rollout.output, failure].filter((part) => part !== '').join('\n') },
    { tag: 'expected', text: row.expected },
    { tag: 'feedback', text: measured.feedback },
  ].filter(({ tag, text }) => text !== '' || tag === 'output' || tag === 'input');
}
