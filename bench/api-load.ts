/** The other process of `api-latency.ts`: the simulated model, and the clients that poll and listen. Talks over the fork's channel. */
import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { startSimulatedModel } from '../fixtures/simulated-model/index.ts';

export interface LoadPlan {
  readonly url: string;
  readonly pollers: number;
  /** Of each poller, one after the other. */
  readonly requests: number;
  readonly streams: number;
  readonly pauseMs: number;
}

export interface LoadResult {
  readonly requests: number;
  readonly ms: number;
  readonly errors: readonly string[];
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
  readonly streamsOpen: number;
  readonly events: number;
  readonly streamErrors: readonly string[];
  readonly modelCalls: number;
  readonly mostInFlight: number;
}

const next = <T>() => new Promise<T>((resolve) => process.once('message', (message) => resolve(message as T)));

const { latencyMs } = await next<{ latencyMs: number }>();
const model = await startSimulatedModel({ latencyMs });
process.send?.({ modelUrl: model.url });
const plan = await next<LoadPlan>();

const agent = new http.Agent({ keepAlive: true, maxSockets: Infinity });
const errors: string[] = [];
const streamErrors: string[] = [];
const latencies: number[] = [];
let events = 0;
let streamsOpen = 0;

/** Node's own client: it costs less than fetch, and here the clients share the machine with what they measure. */
function get(): Promise<void> {
  const started = performance.now();
  return new Promise((resolve) => {
    const failed = (why: string) => {
      errors.push(why);
      resolve();
    };
    http
      .get(plan.url, { agent, timeout: 30_000 }, (response) => {
        response.resume();
        response.once('error', (error) => failed(error.message));
        response.once('end', () => {
          latencies.push(performance.now() - started);
          if (response.statusCode !== 200) return failed(`status ${response.statusCode}`);
          resolve();
        });
      })
      .once('error', (error) => failed(error.message));
  });
}

/** Resolves when the stream is open. */
function listen(): Promise<http.ClientRequest> {
  return new Promise((resolve, reject) => {
    const request = http.get(`${plan.url}/events`, { agent: false }, (response) => {
      if (response.statusCode !== 200) return reject(new Error(`stream: status ${response.statusCode}`));
      streamsOpen += 1;
      response.setEncoding('utf8');
      response.on('data', (text: string) => {
        events += text.split('\n').filter((line) => line.startsWith('data:')).length;
      });
      response.once('error', (error) => streamErrors.push(error.message));
      response.once('close', () => {
        streamsOpen -= 1;
      });
      resolve(request);
    });
    request.once('error', reject);
  });
}

const streams = await Promise.all(Array.from({ length: plan.streams }, listen));
model.reset();
const started = performance.now();
await Promise.all(
  Array.from({ length: plan.pollers }, async (_, index) => {
    // Spread over a pause, as clients are that do not know of each other.
    await sleep((plan.pauseMs * index) / plan.pollers);
    for (let request = 0; request < plan.requests; request++) {
      await get();
      if (plan.pauseMs > 0) await sleep(plan.pauseMs);
    }
  }),
);
const ms = performance.now() - started;
const sorted = latencies.sort((a, b) => a - b);
const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
const stats = model.stats();
const result: LoadResult = {
  requests: latencies.length,
  ms,
  errors: [...errors],
  p50: at(0.5),
  p95: at(0.95),
  p99: at(0.99),
  max: at(1),
  streamsOpen,
  events,
  streamErrors: [...streamErrors],
  modelCalls: stats.answered,
  mostInFlight: stats.maxInFlight,
};
process.send?.(result);
await new Promise((resolve) => process.once('disconnect', resolve));
for (const stream of streams) stream.destroy();
agent.destroy();
await model.close();
