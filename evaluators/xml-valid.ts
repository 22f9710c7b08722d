import { z } from 'zod';
import { insideFence } from '../src/domain/code-fence.ts';
import { defineEvaluator } from '../src/lab/evaluator.ts';
import { category, right, wrong } from './common/grade.ts';
import { quote, quoteList } from './common/text.ts';
import { checkXml } from './common/xml.ts';

const options = z.strictObject({
  allowFence: z.boolean().default(false).describe('XML inside one Markdown code fence is valid too.'),
  requiredElements: z
    .array(z.string().min(1).max(300))
    .max(200)
    .default([])
    .describe('Elements that must be there, by dotted path from the outermost one: `order.item.price`.'),
});

export const xmlValid = defineEvaluator({
  type: 'xml-valid',
  title: 'Valid XML',
  description:
    'The whole output is one well-formed XML 1.0 document with namespaces, and has the required elements: 1 or 0. ' +
    'Elements nested more than 200 levels deep are not valid.',
  needs: ['output'],
  options,
  defaultThreshold: 1,
  evaluate({ output }, { allowFence, requiredElements }) {
    const whole = output.trim();
    const text = insideFence(whole).trim();
    if (text === '') return wrong('empty-output', 'expected an XML document, got an empty output');
    if (!allowFence && text !== whole) {
      return wrong(
        'code-fence',
        `expected XML alone, got a Markdown code fence: ${quote(whole, 80)}; write it without the fence`,
      );
    }
    if (!text.startsWith('<')) {
      return wrong(
        'not-xml',
        `expected XML alone, got other text before it: ${quote(text, 80)}; begin with the first tag`,
      );
    }
    const checked = checkXml(text);
    if (checked.kind === 'broken') {
      const { reason, line, column } = checked;
      return wrong(
        'not-well-formed',
        `the output is not well-formed XML: ${reason} at line ${line}, column ${column}: ${quote(around(text, line, column), 120)}`,
        { line, column },
      );
    }
    const absent = requiredElements.filter((path) => !checked.paths.has(path));
    const [first] = absent;
    return first === undefined
      ? right('the output is well-formed XML with the required elements')
      : wrong(
          category('missing-element', first),
          `the output is well-formed XML but lacks the elements ${quoteList(absent)}; it has ${quoteList([...checked.paths])}`,
        );
  },
});

/** What stands before and after a position. */
function around(text: string, line: number, column: number): string {
  const [shown = ''] = text.split(/\r\n|[\n\r]/).slice(line - 1, line);
  return shown.slice(Math.max(0, column - 40), column + 20);
}
