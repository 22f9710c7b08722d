import { expect, it } from 'vitest';
import type { Row } from '../domain/dataset.ts';
import { CopyDetector } from './proposal-check.ts';

it('quotes of a row are found once the search has seen the row', () => {
  const quote = 'my order of three blue lamps came with only two of them last friday';
  const row: Row = { id: 'r7', input: { text: quote }, expected: '', context: [], metadata: {} };
  const detector = new CopyDetector([], { prompt: 'Answer {{text}}.' });
  expect(detector.find(`Such as: ${quote}.`)).toBeUndefined();
  detector.show(row);
  expect(detector.find(`Such as: ${quote}.`)).toBe('r7');
});
