import { z } from 'zod';
import { insideFence } from '../src/domain/code-fence.ts';
import { defineEvaluator } from '../src/lab/evaluator.ts';
import { category, missing, right, wrong } from './common/grade.ts';
import { checkSql, loadSqlParser, MAX_SQL } from './common/sql.ts';
import { quote } from './common/text.ts';

const options = z.strictObject({
  allowFence: z.boolean().default(false).describe('SQL inside one Markdown code fence is valid too.'),
  readOnly: z
    .boolean()
    .default(false)
    .describe(
      'The statements may only read: SELECT, VALUES, SHOW and EXPLAIN, without data-changing WITH, INTO and FOR UPDATE. What a function does that they call is not known.',
    ),
});

export const sqlValid = defineEvaluator({
  type: 'sql-valid',
  title: 'Valid SQL',
  description:
    'The whole output is SQL that PostgreSQL can parse, one or more statements: 1 or 0. It is PostgreSQL’s own grammar (version 18, libpg_query); tables and columns are not looked up, and other dialects are not known. ' +
    `Missing for more than ${MAX_SQL.toLocaleString('en-US')} characters.`,
  needs: ['output'],
  load: loadSqlParser,
  options,
  defaultThreshold: 1,
  evaluate({ output }, { allowFence, readOnly }) {
    const whole = output.trim();
    const text = insideFence(whole).trim();
    if (!allowFence && text !== whole) {
      return wrong(
        'code-fence',
        `expected SQL alone, got a Markdown code fence: ${quote(whole, 80)}; write it without the fence`,
      );
    }
    if (text.length > MAX_SQL) {
      return missing(`the output has ${text.length} characters of SQL, ${MAX_SQL} can be checked`);
    }
    const checked = text === '' ? ({ kind: 'valid', statements: 0, changes: null } as const) : checkSql(text);
    if (checked.kind === 'too-deep') return missing('the SQL is nested too deep to be checked');
    if (checked.kind === 'broken') {
      const { reason, at } = checked;
      const where = at === null ? '' : ` (character ${at}: ${quote(text.slice(Math.max(0, at - 40), at + 20))})`;
      return wrong('syntax-error', `the output is not valid PostgreSQL: ${reason.slice(0, 300)}${where}`);
    }
    if (checked.statements === 0) return wrong('empty-output', `expected SQL, got no statement: ${quote(whole, 80)}`);
    if (readOnly && checked.changes !== null) {
      return wrong(
        category('changes-data', checked.changes),
        `expected SQL that only reads, got ${checked.changes}: ${quote(text)}`,
      );
    }
    return right(`the output is valid PostgreSQL: ${quote(text, 120)}`, { statements: checked.statements });
  },
});
