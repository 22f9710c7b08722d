import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BudgetExhausted } from './budget.ts';
import { Ledger, type Reservation } from './ledger.ts';

/** Lets every promise that can settle now do so. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('a reservation', () => {
  it('gives back what was not spent, once', async () => {
    const ledger = new Ledger({ tokens: 100 });
    const reservation = await ledger.reserve({ tokens: 60 });
    reservation.spend({ tokens: 10 });
    expect(ledger.remaining('tokens')).toBe(40);
    reservation.release();
    reservation.release();
    expect(ledger.remaining('tokens')).toBe(90);
    expect(ledger.spent.tokens).toBe(10);
  });

  it('books nothing at all when one amount of a spend is too large', async () => {
    const ledger = new Ledger({ tokens: 100, nanoUsd: 5 });
    const reservation = await ledger.reserve({ tokens: 60, nanoUsd: 5 });
    expect(() => reservation.spend({ tokens: 10, nanoUsd: 6 })).toThrow(/6 nanoUsd/);
    expect(ledger.spent).toMatchObject({ tokens: 0, nanoUsd: 0 });
    expect(reservation.left).toMatchObject({ tokens: 60, nanoUsd: 5 });
  });

  it('grows at once or not at all, and never past the limit or into what is set aside', async () => {
    const ledger = new Ledger({ tokens: 100 });
    ledger.setAside({ tokens: 20 });
    const search = await ledger.reserve({ tokens: 50 });
    expect(search.tryExtend({ tokens: 31 })).toBe(false);
    expect(search.left.tokens).toBe(50);
    expect(search.tryExtend({ tokens: 30 })).toBe(true);
    expect(search.left.tokens).toBe(80);
    const confirmation = await ledger.reserve({ tokens: 10 }, { useSetAside: true });
    expect(confirmation.tryExtend({ tokens: 10 })).toBe(true);
    expect(confirmation.tryExtend({ tokens: 1 })).toBe(false);
    confirmation.release();
    expect(confirmation.tryExtend({ tokens: 1 })).toBe(false);
  });

  it('settles what is owed past the reservation and past the limit, and says so', async () => {
    const ledger = new Ledger({ tokens: 100 });
    const reservation = await ledger.reserve({ tokens: 90 });
    expect(reservation.settle({ tokens: 80 })).toBeNull();
    expect(ledger.overdrawn).toEqual({});
    expect(reservation.settle({ tokens: 30 })).toEqual({ tokens: 20 });
    expect(ledger.spent.tokens).toBe(110);
    expect(ledger.overdrawn).toEqual({ tokens: 10 });
    reservation.release();
    await expect(ledger.reserve({ tokens: 1 })).rejects.toThrow(BudgetExhausted);
  });
});

interface Step {
  readonly wanted: number;
  readonly used: number;
  readonly extend: number;
  readonly useSetAside: boolean;
}
const step: fc.Arbitrary<Step> = fc.record({
  wanted: fc.nat(40),
  used: fc.nat(1000).map((thousandths) => thousandths / 1000),
  extend: fc.nat(20),
  useSetAside: fc.boolean(),
});

describe('the ledger', () => {
  it('never passes a limit, and keeps what is set aside, under any interleaving', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 40 }),
        fc.nat(150),
        fc.nat(60),
        fc.array(fc.nat(1_000_000), { minLength: 200, maxLength: 200 }),
        async (steps, limit, aside, order) => {
          const ledger = new Ledger({ tokens: limit });
          ledger.setAside({ tokens: Math.min(aside, limit) });
          const open: { reservation: Reservation; step: Step }[] = [];
          let spentOutside = 0;
          let refusals = 0;
          let at = 0;
          const check = () => {
            const reserved = open.reduce((sum, { reservation }) => sum + reservation.left.tokens, 0);
            expect(ledger.spent.tokens + reserved).toBeLessThanOrEqual(limit);
            const outside = open
              .filter((holder) => !holder.step.useSetAside)
              .reduce((sum, { reservation }) => sum + reservation.left.tokens, 0);
            expect(spentOutside + outside).toBeLessThanOrEqual(limit - Math.min(aside, limit));
          };
          for (const wish of steps) {
            ledger.reserve({ tokens: wish.wanted }, { useSetAside: wish.useSetAside }).then(
              (reservation) => open.push({ reservation, step: wish }),
              () => (refusals += 1),
            );
          }
          await settled();
          check();
          while (open.length > 0) {
            const [holder] = open.splice((order[at++ % order.length] ?? 0) % open.length, 1);
            if (holder === undefined) break;
            const { reservation } = holder;
            reservation.tryExtend({ tokens: holder.step.extend });
            const used = Math.floor(reservation.left.tokens * holder.step.used);
            reservation.spend({ tokens: used });
            if (!holder.step.useSetAside) spentOutside += used;
            open.push(holder);
            check();
            open.pop();
            reservation.release();
            reservation.release();
            await settled();
            check();
          }
          expect(ledger.overdrawn).toEqual({});
          // Nobody is left waiting, and all that is not spent can be had.
          expect(ledger.remaining('tokens')).toBe(limit - Math.min(aside, limit) - ledger.spent.tokens);
          expect(refusals).toBeLessThanOrEqual(steps.length);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('grants the same requests whatever the order in which they are settled', async () => {
    const run = async (steps: readonly Step[], limit: number, pick: (open: number) => number) => {
      const ledger = new Ledger({ tokens: limit });
      const open: { index: number; reservation: Reservation }[] = [];
      const granted: boolean[] = [];
      steps.forEach((wish, index) => {
        ledger.reserve({ tokens: wish.wanted }).then(
          (reservation) => {
            granted[index] = true;
            open.push({ index, reservation });
          },
          () => {
            granted[index] = false;
          },
        );
      });
      await settled();
      while (open.length > 0) {
        const [holder] = open.splice(pick(open.length), 1);
        if (holder === undefined) break;
        holder.reservation.spend({
          tokens: Math.floor((steps[holder.index]?.wanted ?? 0) * (steps[holder.index]?.used ?? 0)),
        });
        holder.reservation.release();
        await settled();
      }
      return { granted, spent: ledger.spent.tokens };
    };
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 25 }),
        fc.nat(200),
        fc.infiniteStream(fc.nat(1_000_000)),
        async (steps, limit, order) => {
          const inTurn = await run(steps, limit, () => 0);
          const shuffled = await run(steps, limit, (count) => (order.next().value ?? 0) % count);
          const lastFirst = await run(steps, limit, (count) => count - 1);
          expect(shuffled).toEqual(inTurn);
          expect(lastFirst).toEqual(inTurn);
          expect(inTurn.granted).toHaveLength(steps.length);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('serves in the order of the requests: a small one does not pass a large one that waits', async () => {
    const ledger = new Ledger({ tokens: 100 });
    const first = await ledger.reserve({ tokens: 60 });
    const seen: string[] = [];
    const large = ledger.reserve({ tokens: 70 }).then(() => seen.push('large'));
    const small = ledger.reserve({ tokens: 10 }).then(() => seen.push('small'));
    await settled();
    expect(seen).toEqual([]);
    first.spend({ tokens: 20 });
    first.release();
    await Promise.all([large, small]);
    expect(seen).toEqual(['large', 'small']);
  });
});
