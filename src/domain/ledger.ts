import { type Amounts, BudgetExhausted, RESOURCES, type Resource } from './budget.ts';

type Totals = Record<Resource, number>;
const zero = (): Totals => ({ rollouts: 0, confirmationRollouts: 0, tokens: 0, reflectionTokens: 0, nanoUsd: 0 });

/** Part of the limits that is promised to somebody. `spend` moves from it to what is spent; `release` gives the rest back. */
export interface Reservation {
  /** Books an actual amount. Throws a programming error, and books nothing, when it passes what is left of the reservation. */
  spend(amounts: Amounts): void;
  /**
   * Adds room at once or not at all (false). It never waits: a holder that waited for room would wait for itself. The room is taken past
   * the queue, so it is for spending that nobody could foresee (a lost answer that must be asked for again), not for the next step.
   */
  tryExtend(amounts: Amounts): boolean;
  /**
   * Books what a provider has counted even where it passes the reservation, or a limit: the money is owed whether we like it or not.
   * Returns what went past the reservation, null when nothing did; what went past a limit shows in `Ledger.overdrawn`.
   */
  settle(amounts: Amounts): Amounts | null;
  /** What is left: the most that the holder may still spend. */
  readonly left: Readonly<Totals>;
  /** Idempotent. */
  release(): void;
}

interface Waiting {
  readonly amounts: Amounts;
  readonly useSetAside: boolean;
  readonly grant: (reservation: Reservation) => void;
  readonly refuse: (error: BudgetExhausted) => void;
}

/**
 * The one place where a budget is kept: `reserve(worst case) → spend(actual) → release`. Spent plus reserved never passes a limit.
 *
 * Requests are served in the order in which `reserve` was called, and the first one that does not fit waits until everything granted
 * before it is settled; only then is it refused. Whether a request is granted therefore depends on the actual spending of the requests
 * before it and on nothing else — not on timing, not on concurrency. That is what makes a search under a budget repeatable.
 */
export class Ledger {
  readonly #limits: Partial<Totals>;
  readonly #spent = zero();
  readonly #reserved = zero();
  #setAside = zero();
  readonly #queue: Waiting[] = [];
  #open = 0;

  constructor(limits: Amounts) {
    this.#limits = { ...limits };
  }

  get spent(): Readonly<Totals> {
    return { ...this.#spent };
  }

  get limits(): Amounts {
    return { ...this.#limits };
  }

  /** How much of the budget the search has used, 0 to 1: the share of the limit that is nearest to its end. */
  get searchFraction(): number {
    const shares = (['rollouts', 'tokens', 'reflectionTokens', 'nanoUsd'] as const).map((resource) => {
      const limit = this.#limits[resource];
      return limit ? this.#spent[resource] / limit : 0;
    });
    return Math.min(1, Math.max(...shares, this.#limits.rollouts === 0 ? 1 : 0));
  }

  /** What was spent past the limits, by resource: only `settle` can do that, when a provider counted more than it can have been sent. */
  get overdrawn(): Amounts {
    return Object.fromEntries(
      RESOURCES.flatMap((resource) => {
        const past = this.#spent[resource] - (this.#limits[resource] ?? Infinity);
        return past > 0 ? [[resource, past] as const] : [];
      }),
    );
  }

  /**
   * The first resource of which more is spent or promised than the limit allows, null when all is well. Only `settle` can bring that
   * about: what is promised to others is then too much, and whoever has not sent anything yet must not send it.
   */
  get overcommitted(): Resource | null {
    const over = (resource: Resource) =>
      this.#spent[resource] + this.#reserved[resource] > (this.#limits[resource] ?? Infinity);
    return RESOURCES.find(over) ?? null;
  }

  /** What a new reservation could still get if everything granted or asked for before it were spent; Infinity without a limit. */
  remaining(resource: Resource): number {
    const limit = this.#limits[resource];
    if (limit === undefined) return Infinity;
    const asked = this.#queue.reduce((sum, waiting) => sum + (waiting.amounts[resource] ?? 0), 0);
    return limit - this.#setAside[resource] - this.#spent[resource] - this.#reserved[resource] - asked;
  }

  /** Keeps amounts of the common limits for confirmation. Only reservations with `useSetAside` may touch them. */
  setAside(amounts: Amounts): void {
    this.#setAside = { ...zero(), ...amounts };
    this.#serve();
  }

  /** Rejects with BudgetExhausted when the amounts cannot be granted any more. The place in the order is taken at the call. */
  reserve(amounts: Amounts, options: { readonly useSetAside?: boolean } = {}): Promise<Reservation> {
    return new Promise((grant, refuse) => {
      this.#queue.push({ amounts, useSetAside: options.useSetAside ?? false, grant, refuse });
      this.#serve();
    });
  }

  #serve(): void {
    for (let next = this.#queue[0]; next !== undefined; next = this.#queue[0]) {
      const blocked = this.#blockedBy(next);
      if (blocked === null) {
        this.#queue.shift();
        next.grant(this.#grant(next));
      } else if (this.#open === 0) {
        this.#queue.shift();
        const limit = this.#limits[blocked] ?? 0;
        next.refuse(
          new BudgetExhausted(
            blocked,
            `budget.${blocked}: ${this.#spent[blocked]} of ${limit} spent${this.#setAside[blocked] > 0 && !next.useSetAside ? `, ${this.#setAside[blocked]} set aside for confirmation` : ''}; the next step may need up to ${next.amounts[blocked] ?? 0}`,
          ),
        );
      } else return;
    }
  }

  /** The first resource of which the amounts would pass the limit. */
  #blockedBy(request: Pick<Waiting, 'amounts' | 'useSetAside'>): Resource | null {
    for (const resource of RESOURCES) {
      const wanted = request.amounts[resource] ?? 0;
      const limit = this.#limits[resource];
      if (wanted === 0 || limit === undefined) continue;
      const kept = request.useSetAside ? 0 : this.#setAside[resource];
      if (this.#spent[resource] + this.#reserved[resource] + wanted > limit - kept) return resource;
    }
    return null;
  }

  #grant({ amounts, useSetAside }: Waiting): Reservation {
    const left = zero();
    let released = false;
    const add = (more: Amounts) => {
      for (const resource of RESOURCES) {
        left[resource] += more[resource] ?? 0;
        this.#reserved[resource] += more[resource] ?? 0;
      }
    };
    const book = (actual: Amounts) => {
      for (const resource of RESOURCES) {
        const amount = actual[resource] ?? 0;
        const fromReserved = Math.min(amount, left[resource]);
        left[resource] -= fromReserved;
        this.#reserved[resource] -= fromReserved;
        this.#spent[resource] += amount;
      }
    };
    add(amounts);
    this.#open += 1;
    return {
      get left() {
        return { ...left };
      },
      spend: (actual) => {
        for (const resource of RESOURCES) {
          const amount = actual[resource] ?? 0;
          if (amount > left[resource] && this.#limits[resource] !== undefined) {
            throw new Error(`ledger: spending ${amount} ${resource} of a reservation that has ${left[resource]} left`);
          }
        }
        book(actual);
      },
      tryExtend: (more) => {
        if (released || this.#blockedBy({ amounts: more, useSetAside }) !== null) return false;
        add(more);
        return true;
      },
      settle: (actual) => {
        const past = RESOURCES.flatMap((resource) => {
          const excess = (actual[resource] ?? 0) - left[resource];
          return excess > 0 ? [[resource, excess] as const] : [];
        });
        book(actual);
        return past.length === 0 ? null : Object.fromEntries(past);
      },
      release: () => {
        if (released) return;
        released = true;
        for (const resource of RESOURCES) {
          this.#reserved[resource] -= left[resource];
          left[resource] = 0;
        }
        this.#open -= 1;
        this.#serve();
      },
    };
  }
}
