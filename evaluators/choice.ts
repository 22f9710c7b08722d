import { z } from 'zod';
import { defineEvaluator } from '../src/lab/evaluator.ts';
import { type Choice, extractChoice, prepareChoices, SEARCHED } from './common/choices.ts';
import { category, missing, noExpected, right, wrong } from './common/grade.ts';
import { asText, quote, quoteList } from './common/text.ts';

const text = z.string().min(1).max(500);

const options = z
  .strictObject({
    choices: z
      .union([z.array(text).min(2).max(100), z.record(z.string().min(1).max(20), text)])
      .default(['A', 'B', 'C', 'D', 'E'])
      .describe(
        'The answers: a list (`["billing", "technical"]`, `["A", "B", "C"]`), or letters with their texts (`{"A": "Paris", "B": "Rome"}`).',
      ),
  })
  .transform(({ choices }): readonly Choice[] =>
    Array.isArray(choices)
      ? choices.map((label) => ({ label, text: null }))
      : Object.entries(choices).map(([label, meaning]) => ({ label, text: meaning })),
  )
  .refine(
    (choices) => new Set(choices.map(({ label }) => label.trim().toLowerCase())).size === choices.length,
    'choices must differ in more than upper and lower case',
  )
  .transform((choices) => ({ choices: prepareChoices(choices) }));

export const choice = defineEvaluator({
  type: 'choice',
  title: 'Multiple choice',
  description:
    'The choice that the output makes is the expected one: 1 or 0. Finds it in "B", "(B)", "B) Rome", "The answer is (B).", "Answer: Rome", on the last line, ' +
    `or as the only choice that is mentioned (in the first and last ${SEARCHED} characters). \`details\` holds the expected and the predicted label.`,
  needs: ['output', 'expected'],
  options,
  defaultThreshold: 1,
  evaluate({ output, expected }, { choices }) {
    if (expected === undefined) return noExpected();
    const answer = asText(expected);
    const wanted = extractChoice(answer, choices);
    const labels = quoteList(
      choices.all.map(({ label }) => label),
      20,
    );
    if (wanted.kind !== 'chosen')
      return missing(`the expected answer ${quote(answer, 80)} is none of the choices ${labels}`);
    const answerChoice = wanted.choice;
    const found = extractChoice(output, choices);
    const predicted = found.kind === 'chosen' ? found.choice.label : null;
    const details = { expected: answerChoice.label, predicted };
    switch (found.kind) {
      case 'chosen':
        if (found.choice === answerChoice) return right(`the output chooses ${named(answerChoice)}`, details);
        return wrong(
          category('wrong-label', answerChoice.label, found.choice.label),
          `expected ${named(answerChoice)}, got ${named(found.choice)}: ${quote(output)}`,
          details,
        );
      case 'ambiguous':
        return wrong(
          'ambiguous-choice',
          `expected ${named(answerChoice)}, got several choices (${quoteList(found.labels)}) without saying which is the answer: ${quote(output)}`,
          details,
        );
      case 'none':
        return wrong(
          'no-choice',
          `expected ${named(answerChoice)}, got none of the choices ${labels}: ${quote(output)}`,
          details,
        );
    }
  },
});

const named = ({ label, text: meaning }: Choice) =>
  meaning === null ? quote(label, 60) : `${quote(label, 20)} (${meaning.slice(0, 60)})`;
