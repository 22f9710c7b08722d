import { expect, it } from 'vitest';
import type { Row } from '../../domain/dataset.ts';
import { checkInCommon, type Measured } from './comparison.ts';

const row = (id: string): Row => ({ id, input: id, context: [], metadata: {} });
const measured = (subject: string, ...rowIds: string[]): Measured => ({
  subject,
  dataset: { ref: 'rows@1', sha256: 'x' },
  evaluatorVersions: { right: '1' },
  rows: ['a', 'b'].map(row),
  rollouts: rowIds.map((rowId) => ({ candidateId: 'c', rowId, repeat: 0, output: '', scores: {}, values: {} })),
});

it('two candidates that were measured on other rows are not compared as if nothing were lost', () => {
  expect(() => checkInCommon(measured('job_1/c0', 'a'), measured('job_1/c1', 'b'))).toThrow(
    /job_1\/c0 and job_1\/c1 have measured no row in common; .*--with/,
  );
  // A row of another split does not count.
  expect(() => checkInCommon(measured('job_1/c0', 'z'), measured('job_1/c1', 'z'))).toThrow(/no row in common/);
  expect(() => checkInCommon(measured('job_1/c0', 'a', 'b'), measured('job_1/c1', 'b'))).not.toThrow();
});
