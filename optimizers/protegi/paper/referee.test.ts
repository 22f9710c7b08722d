import { expect, it } from 'vitest';
import { syntheticRun } from '../../../src/search/testing.ts';
import { paperOptions } from './options.ts';
import { paperPlan } from './plan.ts';
import type { Purse } from './purse.ts';
import { createReferee } from './referee.ts';
import { ruleWorld } from './testing.ts';

const purse = (affords: Purse['affords']): Purse => ({ affords, rolloutsAfter: () => Infinity, stepDone: () => {} });

it('looks at a new leader once, and never on the final validation’s account', async () => {
  const run = syntheticRun(ruleWorld({ checks: 7 }));
  const plan = paperPlan(paperOptions.parse({ preset: 'paper', beam: 3 }));
  const referee = await createReferee(run.task);
  run.task.record.propose({
    components: { prompt: 'rule1' },
    parents: [run.task.baseline],
    operator: 'x',
    reason: 'x',
  });
  const beam = [...run.candidates].reverse();
  const asked: [number, number][] = [];
  const poor = purse((rollouts, reserve) => {
    asked.push([rollouts, reserve]);
    return false;
  });
  await referee.lookAtLeader(beam, plan, poor, 1);
  expect(asked).toEqual([[7, 3 * 7]]);
  expect(run.validated).toEqual(['c0']);
  const rich = purse(() => true);
  await referee.lookAtLeader(beam, plan, rich, 2);
  await referee.lookAtLeader(beam, plan, rich, 3);
  expect(run.validated).toEqual(['c0', 'c1']);
});

it('names the winner of the final beam by validation, not by its place in the beam', async () => {
  const run = syntheticRun(ruleWorld());
  const referee = await createReferee(run.task);
  for (const prompt of ['rule1', 'rule1 rule2']) {
    run.task.record.propose({ components: { prompt }, parents: [run.task.baseline], operator: 'x', reason: 'x' });
  }
  await referee.conclude(run.candidates);
  expect(run.fates.map(({ candidateId, fate }) => [candidateId, fate])).toEqual([
    ['c2', 'accepted'],
    ['c1', 'rejected'],
    ['c0', 'rejected'],
  ]);
});
