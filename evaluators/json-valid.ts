import { z } from 'zod';
import { defineEvaluator } from '../src/lab/evaluator.ts';
import { right, wrong } from './common/grade.ts';
import { notJson } from './common/not-json.ts';
import { isObject, quote } from './common/text.ts';

const options = z.strictObject({
  allowFence: z.boolean().default(false).describe('JSON inside one Markdown code fence is valid too.'),
  root: z.enum(['any', 'object', 'array']).default('any').describe('What the outermost value must be.'),
});

export const jsonValid = defineEvaluator({
  type: 'json-valid',
  title: 'Valid JSON',
  description: 'The whole output is valid JSON as it stands: 1 or 0. What would need a repair is not valid.',
  needs: ['output', 'parsed'],
  options,
  defaultThreshold: 1,
  evaluate({ output, parsed }, { allowFence, root }) {
    if (parsed === undefined) return notJson(output);
    if (!allowFence && output.trimStart().startsWith('`')) {
      return wrong(
        'code-fence',
        `expected JSON alone, got JSON inside a Markdown code fence: ${quote(output, 80)}; write it without the fence`,
      );
    }
    const kind = Array.isArray(parsed) ? 'array' : isObject(parsed) ? 'object' : 'single value';
    return root === 'any' || root === kind
      ? right(`the output is valid JSON (${kind})`)
      : wrong('wrong-type', `expected a JSON ${root}, got a JSON ${kind}: ${quote(output, 80)}`);
  },
});
