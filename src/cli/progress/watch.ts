import type { Client, ClientEvent, Job } from '../../client/index.ts';
import { Interrupted } from '../exit.ts';
import { plain } from '../format.ts';
import type { Io } from '../io.ts';
import { liveView, type ProgressView } from './live-view.ts';
import { plainView } from './plain-view.ts';
import { after, firstState, withJob } from './state.ts';

export interface WatchOptions {
  /** Ctrl-C stops watching (`leave`) or cancels the job and waits for its end (`cancel`). */
  readonly onInterrupt: 'leave' | 'cancel';
  /** Show progress (default), or only wait. */
  readonly show?: boolean;
  /** Told of every event, too. */
  readonly onEvent?: (event: ClientEvent) => void;
}

/** Spending is asked for at most this often; events do not carry it. */
const SPENDING_MS = 1_000;

/** Follows a job to its end and shows its progress. Rejects with Interrupted when the user stopped watching. */
export async function watchJob(client: Client, jobId: string, io: Io, options: WatchOptions): Promise<Job> {
  const view = options.show === false ? silent : io.progress.live ? liveView(io) : plainView(io);
  let state = firstState(await client.jobs.get(jobId));
  let asked = io.now();
  let ended = false;
  const stop = cancelOnInterrupt(client, jobId, io, options, view);
  const refresh = () => {
    if (io.now() - asked < SPENDING_MS) return;
    asked = io.now();
    client.jobs.get(jobId).then(
      (job) => {
        if (ended) return;
        state = withJob(state, job);
        view.update(state);
      },
      () => undefined,
    );
  };
  try {
    for (const { message } of state.job.warnings) view.say(`warning: ${plain(message)}`);
    view.update(state);
    const events = client.jobs.events(jobId, {
      ...(options.onInterrupt === 'leave' && { signal: io.interrupt }),
      onReconnect: (why) => view.say(`${plain(why.message)}; trying again`),
    });
    for await (const event of events) {
      options.onEvent?.(event);
      state = after(state, event, io.now());
      const line = decisionOf(event);
      if (line !== null) view.say(line);
      view.update(state);
      if (io.progress.live) refresh();
    }
    const job = await client.jobs.get(jobId);
    ended = true;
    view.end(false);
    return job;
  } catch (error) {
    ended = true;
    view.end(true);
    if (io.interrupt.aborted && options.onInterrupt === 'leave') {
      throw new Interrupted(`stopped watching; the job goes on: paretune watch ${jobId}`);
    }
    throw error;
  } finally {
    stop();
  }
}

const silent: ProgressView = { update: () => undefined, say: () => undefined, end: () => undefined };

/** What is worth a line of its own, live or not. */
function decisionOf({ type, data }: ClientEvent): string | null {
  switch (type) {
    case 'started':
      return 'started';
    case 'resumed':
      return 'resumed after an interruption';
    case 'interrupted':
      return 'interrupted; a worker will take it up again';
    case 'confirmation':
      return `confirming on ${data['rows'] ?? '?'} sealed test rows`;
    default:
      return null;
  }
}

function cancelOnInterrupt(client: Client, jobId: string, io: Io, options: WatchOptions, view: ProgressView) {
  if (options.onInterrupt !== 'cancel') return () => undefined;
  const cancel = () => {
    view.say('cancelling (once more: stop at once)');
    client.jobs.cancel(jobId).catch((error: unknown) => {
      view.say(`could not cancel: ${error instanceof Error ? error.message : error}`);
    });
  };
  if (io.interrupt.aborted) cancel();
  else io.interrupt.addEventListener('abort', cancel, { once: true });
  return () => io.interrupt.removeEventListener('abort', cancel);
}
