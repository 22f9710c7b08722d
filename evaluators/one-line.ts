import { z } from 'zod';
import { defineEvaluator } from '../src/lab/evaluator.ts';
import { right, wrong } from './common/grade.ts';
import { quote } from './common/text.ts';

const options = z.strictObject({
  trim: z.boolean().default(true).describe('Line ends at the beginning and the end do not count.'),
});

export const oneLine = defineEvaluator({
  type: 'one-line',
  title: 'One line',
  description: 'The output is a single line with something on it: 1 or 0.',
  needs: ['output'],
  options,
  defaultThreshold: 1,
  evaluate({ output }, { trim }) {
    if (output.trim() === '') return wrong('empty-output', 'expected one line, got an empty output');
    const lines = (trim ? output.trim() : output).split(/\r\n|[\n\r\u2028\u2029]/).length;
    return lines === 1
      ? right(`the output is one line: ${quote(output)}`)
      : wrong(
          'several-lines',
          `expected one line, got ${lines}: ${quote(output)}; join them or drop all but the answer`,
        );
  },
});
