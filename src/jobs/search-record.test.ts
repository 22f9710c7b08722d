import { expect, it } from 'vitest';
import type { Candidate } from '../domain/candidate.ts';
import { CopyDetector } from '../search/copy-detector.ts';
import { createMemoryRecord } from './memory-record.ts';
import { SearchRecorder } from './search-record.ts';

const objectives = [{ metric: 'right', goal: 'maximize' as const }];

function recorder() {
  const record = createMemoryRecord();
  const made = new SearchRecorder({
    record,
    clock: { now: () => new Date(0) },
    objectives,
    check: {
      prompt: { messages: [{ role: 'system', content: 'Answer.' }] },
      baseline: { prompt: 'Answer.' },
      promptTokenLimit: null,
      countTokens: () => 1,
      copies: new CopyDetector([], { prompt: 'Answer.' }),
    },
    validate: () => ({ values: { right: 0.5 }, violation: 0, intervals: {}, rows: 4 }),
    screen: () => ({ values: { right: 0.5 }, violation: 0, intervals: {}, rows: 2 }),
    spent: () => ({ rollouts: 0, tokens: 0, usd: 0 }),
  });
  return { record, made, baseline: made.baseline({ prompt: 'Answer.' }) };
}
const proposed = (made: SearchRecorder, baseline: Candidate, text: string): Candidate => {
  const answer = made.propose({ components: { prompt: text }, parents: [baseline], operator: 'reflect', reason: '' });
  if (!answer.ok) throw new Error(answer.detail);
  return answer.candidate;
};

it('counts a proposal that is accepted again once, and the baseline never', () => {
  const { made, baseline } = recorder();
  const child = proposed(made, baseline, 'Answer well.');
  made.fate(child, 'accepted', 'in the beam');
  made.fate(child, 'accepted', 'first of the final beam');
  made.fate(baseline, 'accepted', 'still in the beam');
  expect({ accepted: made.accepted, proposals: made.proposals }).toEqual({ accepted: 1, proposals: 1 });
});

it('gives the same facts the same keys, in whatever order requests end', () => {
  const keysAfter = (order: readonly number[]) => {
    const { record, made, baseline } = recorder();
    for (const request of order) made.unusable(request, 'gepa/reflect@1', `reason ${request}`);
    proposed(made, baseline, 'Answer well.');
    made.note('reflection', {});
    return new Map(record.events.map(({ key, data }) => [key, data]));
  };
  expect(keysAfter([1, 0])).toEqual(keysAfter([0, 1]));
});
