import { beforeAll, describe, expect, it } from 'vitest';
import { score } from './common/testing.ts';
import { sqlValid } from './sql-valid.ts';

describe('sql-valid', () => {
  beforeAll(() => sqlValid.load?.());

  it.each<[string, object, number | null, string | null]>([
    ['SELECT 1', {}, 1, null],
    ['select a, count(*) from t where b = $1 group by 1 order by 2 desc limit 5;', {}, 1, null],
    ["WITH x AS (SELECT 1) SELECT 'ü😀' FROM x; DELETE FROM y WHERE id = 3", {}, 1, null],
    ['SELEC 1', {}, 0, 'syntax-error'],
    ['SELECT * FROM t WHERE', {}, 0, 'syntax-error'],
    ['SELECT `a` FROM t', {}, 0, 'syntax-error'],
    ['SELECT 1\0 garbage', {}, 0, 'syntax-error'],
    ['Here is your query: SELECT 1', {}, 0, 'syntax-error'],
    ['', {}, 0, 'empty-output'],
    [' ;; -- nothing', {}, 0, 'empty-output'],
    ['```sql\nSELECT 1\n```', {}, 0, 'code-fence'],
    ['```sql\nSELECT 1\n```', { allowFence: true }, 1, null],
    ['SELECT 1; SHOW ALL; EXPLAIN SELECT 2', { readOnly: true }, 1, null],
    ['DROP TABLE t', { readOnly: true }, 0, 'changes-data:DropStmt'],
    ['SELECT 1; UPDATE t SET a = 1', { readOnly: true }, 0, 'changes-data:UpdateStmt'],
    ['WITH d AS (DELETE FROM t RETURNING *) SELECT * FROM d', { readOnly: true }, 0, 'changes-data:DeleteStmt'],
    ['SELECT * INTO copy FROM t', { readOnly: true }, 0, 'changes-data:intoClause'],
    ['SELECT * FROM t FOR UPDATE', { readOnly: true }, 0, 'changes-data:lockingClause'],
    ['EXPLAIN ANALYZE DELETE FROM t', { readOnly: true }, 0, 'changes-data:DeleteStmt'],
  ])('%j with %j: %j', (output, options, value, category) => {
    expect(score(sqlValid, output, options)).toMatchObject({ value, category });
  });

  it('says what is wrong and where', () => {
    expect(score(sqlValid, 'SELECT name FORM customers WHERE id = 3').feedback).toBe(
      'the output is not valid PostgreSQL: syntax error at or near "customers" (character 17: "SELECT name FORM customers WHERE id =")',
    );
  });

  it('cannot check what is very long', () => {
    expect(score(sqlValid, `SELECT ${'1+'.repeat(4_990)}1`).value).toBe(1);
    expect(score(sqlValid, `SELECT ${'1+'.repeat(5_000)}1`)).toMatchObject({
      value: null,
      feedback: 'the output has 10008 characters of SQL, 10000 can be checked',
    });
  });

  it('still parses after what it could not', () => {
    score(sqlValid, `SELECT ${'('.repeat(9_990)}`);
    score(sqlValid, `SELECT ${'(SELECT '.repeat(1_100)}1${')'.repeat(1_100)}`);
    expect(score(sqlValid, 'SELECT 1').value).toBe(1);
  });
});
