import { z } from 'zod';
import { defineEvaluator } from '../src/lab/evaluator.ts';
import { right, wrong } from './common/grade.ts';
import { compileLinear, readable } from './common/linear-regex.ts';
import { quote } from './common/text.ts';

const options = z
  .strictObject({
    pattern: z.string().min(1).max(2_000).describe('RE2 syntax: no back-references, no look-around.'),
    flags: z
      .string()
      .regex(
        /^[ims]*$/,
        'must be made of "i" (ignore case), "m" (^ and $ match at lines) and "s" (. matches line ends)',
      )
      .default('')
      .describe('`i` ignores case, `m` lets ^ and $ match at lines, `s` lets . match line ends.'),
    match: z
      .enum(['partial', 'full'])
      .default('partial')
      .describe(
        '`partial`: the pattern occurs in the output; `full`: it matches the whole output, white space at both ends aside.',
      ),
  })
  .transform((given, context) => {
    try {
      const compiled = compileLinear(given.pattern, given.flags);
      return { ...given, compiled, searched: readable(compiled) };
    } catch (error) {
      context.addIssue({
        code: 'custom',
        path: ['pattern'],
        message: error instanceof Error ? error.message : 'the pattern cannot be compiled',
      });
      return z.NEVER;
    }
  });

export const regex = defineEvaluator({
  type: 'regex',
  title: 'Regular expression',
  description:
    'The output matches a pattern: 1 or 0. Patterns run on RE2 in linear time; the first 100,000 characters are searched (fewer for very large patterns), and a longer output never matches in full.',
  needs: ['output'],
  options,
  defaultThreshold: 1,
  evaluate({ output }, { pattern, match, compiled, searched }) {
    const full = match === 'full';
    const text = full ? output.trim() : output.slice(0, searched);
    const matches = full ? text.length <= searched && compiled.testExact(text) : compiled.test(text);
    if (matches) return right(`the output matches ${quote(pattern)}${full ? ' in full' : ''}`);
    const partly = full && compiled.test(text.slice(0, searched));
    return wrong(
      'no-match',
      `expected the ${full ? 'whole output to match' : 'output to contain a match of'} the pattern ${quote(pattern)}, got ${quote(output)}` +
        (partly ? '; a part of the output matches, so there is extra text before or after it' : ''),
    );
  },
});
