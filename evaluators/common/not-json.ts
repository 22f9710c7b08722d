import type { Graded } from '../../src/lab/evaluator.ts';
import { wrong } from './grade.ts';
import { clip, quote } from './text.ts';

/** The failure of an output that is not JSON, with the most likely reason. */
export function notJson(output: string): Graded {
  return wrong('not-json', `the output is not valid JSON: ${reason(output)}`);
}

function reason(output: string): string {
  const text = output.trim();
  if (text === '') return 'it is empty';
  const problem = syntaxProblem(text);
  const start = text.search(/[{[]/);
  if (start > 0 && text.startsWith('```')) {
    return `expected JSON alone, got a code fence with something that does not parse, or with text around it (${quote(text, 80)})`;
  }
  if (start > 0) {
    return `expected JSON alone, got other text before it, beginning ${quote(text, 80)}; write the JSON and nothing else`;
  }
  if (start < 0) return `expected JSON, got plain text beginning ${quote(text, 80)}`;
  return `${problem}; it ends ${quote(text.slice(-40), 60)}`;
}

function syntaxProblem(text: string): string {
  try {
    JSON.parse(text);
    return 'it cannot be read';
  } catch (error) {
    return error instanceof Error ? clip(error.message, 200) : 'it cannot be read';
  }
}
