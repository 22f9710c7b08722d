/** @param {import('../../src/own-evaluators.ts').EvaluatorKit} kit */
export default ({ z, defineEvaluator, graded, right, quote }) =>
  defineEvaluator({
    type: 'no-shouting',
    title: 'No shouting',
    description: 'Share of words that are not written in capitals; short words and the allowed ones do not count.',
    needs: ['output'],
    options: z.strictObject({
      allow: z.array(z.string()).default([]).describe('Words that may be in capitals, such as names of products.'),
    }),
    defaultThreshold: 1,
    evaluate({ output }, { allow }) {
      const words = output.match(/\p{L}{3,}/gu) ?? [];
      const loud = words.filter((word) => word === word.toUpperCase() && !allow.includes(word));
      if (loud.length === 0) return right(`nothing is in capitals: ${quote(output)}`);
      return graded(
        1 - loud.length / words.length,
        'shouting',
        `write these as usual: ${loud.slice(0, 10).join(', ')}`,
      );
    },
  });
