import { describe, expect, it } from 'vitest';
import type { Row } from '../domain/dataset.ts';
import { CopyDetector } from './copy-detector.ts';

it('quotes of a row are found once the search has seen the row', () => {
  const quote = 'my order of three blue lamps came with only two of them last friday';
  const row: Row = { id: 'r7', input: { text: quote }, expected: '', context: [], metadata: {} };
  const detector = new CopyDetector([], { prompt: 'Answer {{text}}.' });
  expect(detector.find(`Such as: ${quote}.`)).toBeUndefined();
  detector.show(row);
  expect(detector.find(`Such as: ${quote}.`)).toBe('r7');
});

describe('a few words with a number', () => {
  const row = (id: string, input: string) => ({ id, input, context: [], metadata: {} });
  const detector = new CopyDetector(
    [
      row('r1', 'Lumi (customer 75391, gold plan) asks.'),
      row('r2', 'Above 5000 euros ask us.'),
      row('r3', 'Is it above 5000 euros ask?'),
    ],
    { prompt: 'Call 0800 1234 for help now.' },
  );

  it('point at one input', () => {
    expect(detector.find('When it says "customer 75391, gold plan", answer billing.')).toBe('r1');
    expect(detector.find('Customers of the gold plan come first.')).toBeUndefined();
  });

  it('are a rule when several inputs have them, or the baseline', () => {
    expect(detector.find('Above 5000 euros ask the manager.')).toBeUndefined();
    detector.show(row('r4', 'I was told to call 0800 1234 for help.'));
    expect(detector.find('Call 0800 1234 for help.')).toBeUndefined();
  });
});

describe('words named side by side', () => {
  const row = (id: string, input: string) => ({ id, input, context: [], metadata: {} });
  const detector = new CopyDetector(
    [
      row('r1', 'Hello, the administrator of our plan left and nobody has the standard rights any more.'),
      row('r2', 'Hello, the administrator changed our plan, please help with the rights.'),
      row('r3', 'A refund or a chargeback, please.'),
    ],
    { prompt: 'The labels are billing, account and plan.' },
  );

  it('describe one input when it alone has them all', () => {
    expect(detector.find('When it mentions "hello", "left", "nobody" and "standard", answer account.')).toBe('r1');
    expect(detector.find('On “administrator”, “left”, “rights”, “any more” answer account.')).toBe('r1');
  });

  it('are a rule when they are few, when several inputs have them, or when none has them all', () => {
    expect(detector.find('When "administrator" and "left" are mentioned, answer account.')).toBeUndefined();
    expect(detector.find('When it says "hello", "administrator", "our" and "rights", answer account.')).toBeUndefined();
    expect(detector.find('Words like "refund", "chargeback", "reimburse" or "money" mean billing.')).toBeUndefined();
  });

  it('do not count when they are words of the prompt itself', () => {
    expect(detector.find('Take "plan", "account", "nobody" and "standard" seriously.')).toBeUndefined();
  });
});
