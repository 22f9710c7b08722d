import { describe, expect, it } from 'vitest';
import { consensusOf } from './consensus.ts';

const TEXT = `You sort messages of customers.
Answer with one label.
Messages about an invoice are billing.
Messages about a parcel are shipping.`;
const plus = (...sentences: readonly string[]) => [TEXT, ...sentences].join('\n');
const added = (sentence: string) => ({ kind: 'added', sentence });

describe('the consensus of hypotheses', () => {
  it('is what two of them add, in the words of the first, however they put it', () => {
    const agreed = consensusOf(TEXT, [
      plus('When a customer threatens to cancel the contract, escalate.', 'Be polite.'),
      plus('Always answer in capitals.'),
      plus('Escalate messages that threaten to cancel a contract.'),
    ]);
    expect(agreed).toEqual([added('When a customer threatens to cancel the contract, escalate.')]);
  });

  it('is nothing when each says something else, or one says the same twice', () => {
    expect(consensusOf(TEXT, [plus('Be polite.'), plus('Always answer in capitals.')])).toEqual([]);
    expect(consensusOf(TEXT, [plus('Be polite.', 'Be polite at all times.'), TEXT])).toEqual([]);
  });

  it('takes out a sentence that two of them leave out, and not what one of them forgot', () => {
    const lines = TEXT.split('\n');
    const without = (...left: readonly number[]) => lines.filter((_, index) => !left.includes(index)).join('\n');
    expect(consensusOf(TEXT, [without(1), without(1), without(2)])).toEqual([
      { kind: 'removed', sentence: 'Answer with one label.' },
    ]);
  });

  it('has no vote of a text that says everything in other words', () => {
    const anew = 'Your task is to label mail.\nInvoices are billing, parcels are shipping.\nBe polite.';
    expect(consensusOf(TEXT, [anew, anew])).toEqual([]);
    expect(consensusOf(TEXT, [anew, plus('Be polite.'), plus('Be polite.')])).toEqual([added('Be polite.')]);
  });
});
