import { afterEach, describe, expect, it } from 'vitest';
import { type SimulatedModel, startSimulatedModel } from '../fixtures/simulated-model/index.ts';
import { type Assignment, measure } from './measure.ts';
import { worldOf, worldsNamed } from './worlds.ts';

let server: SimulatedModel | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function measured(world: string, changes: Partial<Assignment> = {}) {
  server ??= await startSimulatedModel({ world: worldOf(world).world });
  const { seconds: _, ...result } = await measure(
    {
      contestant: { name: 'climb', type: 'climb', options: {}, validationRows: 15 },
      world,
      task: 'rewriting',
      budget: 60,
      seed: 2,
      sealedRows: 0,
      concurrency: 8,
      ...changes,
    },
    server,
  );
  return result;
}

describe('a run of the comparison', () => {
  it.each(worldsNamed('all'))('is judged by a truth that goes from about one half to nearly all: %s', async (world) => {
    const { baseline, optimum, score, rollouts, reflections, reported, curve } = await measured(world);
    // A quarter of the answers is drawn again and wrong.
    const share = worldOf(world).noisy ? 0.75 : 1;
    expect(baseline / share).toBeGreaterThan(0.42);
    expect(baseline / share).toBeLessThan(0.6);
    expect(optimum / share).toBeGreaterThan(0.93);
    expect(rollouts).toBeGreaterThan(15);
    expect(rollouts).toBeLessThanOrEqual(60);
    expect(reflections).toBeGreaterThan(0);
    expect(curve.at(-1)).toMatchObject({ rollouts, score });
    expect(reported).not.toBe(null);
  });

  it('pays a judge where the world has one, and only there', async () => {
    expect((await measured('judge-errors')).tokens.judge).toBeGreaterThan(1_000);
    await server?.close();
    server = undefined;
    expect((await measured('plain')).tokens.judge).toBe(0);
  });

  it('is the same again, whatever the server was asked in between', async () => {
    const before = await measured('temperature');
    await measured('temperature', { seed: 5 });
    expect(await measured('temperature')).toEqual(before);
  });

  it('confirms on sealed rows, which cost no search rollouts and no search tokens', async () => {
    const open = await measured('plain', { budget: 200 });
    const sealed = await measured('plain', { budget: 200, sealedRows: 40 });
    expect(sealed.sealed?.decision).toMatch(/promote|inconclusive/);
    expect({ rollouts: sealed.rollouts, tokens: sealed.tokens }).toEqual({
      rollouts: open.rollouts,
      tokens: open.tokens,
    });
  });
});
