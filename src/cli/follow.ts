import { z } from 'zod';
import type { ClientEvent } from '../client/index.ts';
import { Interrupted } from './exit.ts';
import { count } from './format.ts';
import type { Io } from './io.ts';

const progressSchema = z.object({ fraction: z.number(), rollouts: z.int() });

/** Something that runs at the service and measures rollouts. */
interface Followed {
  readonly id: string;
  readonly events: AsyncIterable<ClientEvent>;
  /** Rollouts in all, and what they are called. */
  readonly all: number;
  readonly unit: string;
  /** Says how far it is, in tenths. */
  readonly show: boolean;
  /** Ends it when the user interrupts; absent: it goes on. */
  readonly cancel?: () => Promise<unknown>;
}

/** Resolves when it has ended; throws Interrupted when the user does not wait. */
export async function follow(io: Io, { id, events, all, unit, show, cancel }: Followed): Promise<void> {
  try {
    let shown = 0;
    for await (const { type, data } of events) {
      const progress = progressSchema.safeParse(data);
      if (!show || type !== 'progress' || !progress.success) continue;
      const step = Math.floor(progress.data.fraction * 10);
      if (step === shown) continue;
      shown = step;
      io.err(`${count(progress.data.rollouts)} of ${count(all)} ${unit}\n`);
    }
  } catch (error) {
    if (!io.interrupt.aborted) throw error;
    if (cancel) await cancel().catch(() => undefined);
    else io.err(`${id} goes on\n`);
    throw new Interrupted();
  }
}
