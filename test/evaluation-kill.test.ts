import { afterAll, beforeAll, expect, it } from 'vitest';
import { type SimulatedModel, startSimulatedModel } from '../fixtures/simulated-model/index.ts';
import { countsOf } from './support/books.ts';
import { evaluated, evaluationBody, rowsOf } from './support/evaluations.ts';
import { startWorker, workerProgram } from './support/killed-worker.ts';
import { describePlaces, openService } from './support/places.ts';

const CONCURRENCY = 4;
/** Requests of a life after which it is killed. */
const KILLS = [11, 25, 40];

describePlaces('a worker that is killed during an evaluation', (place) => {
  let model: SimulatedModel;
  let program = '';
  let arrived: () => void = () => {};
  beforeAll(async () => {
    program = await workerProgram();
    model = await startSimulatedModel({ latencyMs: 5, log: () => arrived() });
  });
  afterAll(() => model.close());

  const body = () => evaluationBody(model.url, { dataset: { rows: rowsOf(100) }, concurrency: CONCURRENCY });

  it('is followed by one that ends it with the same figures, and pays for nothing twice but what was in flight', async () => {
    const open = await openService(place, { worker: false });
    const { id } = await open.client.evaluations.submit(body());
    await open.close();

    model.reset();
    const environment = { ...place.environment, OPENAI_API_KEY: 'test-key' };
    for (const after of [...KILLS, null]) {
      const life = startWorker(program, id, environment);
      let left = after ?? Number.POSITIVE_INFINITY;
      arrived = () => {
        left -= 1;
        if (left === 0) life.kill();
      };
      life.begin();
      expect(await life.end).toBe(after === null ? 'ended' : 'killed');
      arrived = () => {};
      await countsOf(model);
      if (after !== null) await place.release();
    }
    const { byCall } = model.stats();
    const repeated = [...byCall.values()].reduce((sum, times) => sum + times - 1, 0);
    expect(byCall.size).toBe(200);
    expect(repeated).toBeLessThanOrEqual(KILLS.length * CONCURRENCY);

    const again = await openService(place);
    try {
      const killed = await again.client.evaluations.get(id);
      const calm = await evaluated(again.client, body());
      expect(killed).toMatchObject({ status: 'succeeded', stopReason: 'complete', decision: 'promote' });
      expect(killed.spent).toMatchObject({ rollouts: 200, tokens: calm.spent.tokens });
      const found = ({ candidates }: typeof killed) =>
        candidates.map(({ metrics = {}, comparison, decision, cohorts }) => ({
          queue: metrics['queue'],
          comparison,
          decision,
          cohorts,
        }));
      expect(found(killed)).toEqual(found(calm));
    } finally {
      await again.close();
    }
  }, 300_000);
});
