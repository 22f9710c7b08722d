import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LockStep } from './lock-step.ts';

/** Answers when it is told to, in the order in which it is told. */
class Service {
  readonly #waiting = new Map<string, () => void>();
  readonly asked: string[] = [];

  ask(name: string): Promise<string> {
    this.asked.push(name);
    return new Promise((resolve) => this.#waiting.set(name, () => resolve(`${name}!`)));
  }

  /** Answers all that wait, in an order of the caller's choice. */
  answer(order: (names: string[]) => string[]): boolean {
    const names = order([...this.#waiting.keys()]);
    for (const name of names) {
      this.#waiting.get(name)?.();
      this.#waiting.delete(name);
    }
    return names.length > 0;
  }
}

async function drained(service: Service, done: Promise<unknown>, order: (names: string[]) => string[]): Promise<void> {
  let over = false;
  void done.then(() => {
    over = true;
  });
  while (!over) {
    service.answer(order);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('lanes in lock step', () => {
  it('decide in one order, whichever answer comes first', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 5 }),
        fc.infiniteStream(fc.nat()),
        async (lengths, dice) => {
          const decisions: string[] = [];
          const service = new Service();
          const steps = new LockStep();
          const lanes = lengths.map((length, lane) => async () => {
            for (let call = 0; call < length; call++) {
              const answer = await steps.call(() => service.ask(`${lane}.${call}`));
              decisions.push(answer);
            }
            return lane;
          });
          const done = steps.run(lanes);
          await drained(service, done, (names) =>
            names
              .map((name) => ({ name, at: dice.next().value ?? 0 }))
              .sort((a, b) => a.at - b.at)
              .map(({ name }) => name),
          );
          const inOrder = [0, 1, 2, 3].flatMap((call) =>
            lengths.flatMap((length, lane) => (call < length ? [`${lane}.${call}`] : [])),
          );
          expect(service.asked).toEqual(inOrder);
          expect(decisions).toEqual(inOrder.map((name) => `${name}!`));
          expect(await done).toEqual(lengths.map((_, lane) => ({ status: 'fulfilled', value: lane })));
        },
      ),
    );
  });

  it('issue their calls together', async () => {
    const service = new Service();
    const steps = new LockStep();
    const waves: number[] = [];
    const lane = (name: string) => async () => {
      await steps.call(() => service.ask(`${name}1`));
      await steps.call(() => service.ask(`${name}2`));
    };
    await drained(service, steps.run([lane('a'), lane('b'), lane('c')]), (names) => {
      if (names.length > 0) waves.push(names.length);
      return names;
    });
    expect(waves).toEqual([3, 3]);
  });

  it('a lane that fails does not stop the others, and its error is kept', async () => {
    const steps = new LockStep();
    const seen: string[] = [];
    const outcomes = await steps.run([
      async () => {
        await steps.call(() => Promise.reject(new Error('no budget')));
        return 'never';
      },
      async () => {
        seen.push(await steps.call(async () => 'first'));
        seen.push(await steps.call(async () => 'second'));
        return 'done';
      },
    ]);
    expect(seen).toEqual(['first', 'second']);
    expect(outcomes).toEqual([
      { status: 'rejected', reason: new Error('no budget') },
      { status: 'fulfilled', value: 'done' },
    ]);
  });

  it('outside of a run a call is made at once', async () => {
    const steps = new LockStep();
    expect(await steps.call(async () => 1)).toBe(1);
    await steps.run([async () => steps.call(async () => 2)]);
    expect(await steps.call(async () => 3)).toBe(3);
  });
});
