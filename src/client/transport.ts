import { z } from 'zod';
import { ApiProblem, ServiceUnreachable } from './errors.ts';
import { randomKey, sleep } from './platform.ts';

export interface TransportOptions {
  /** Base URL of the service, such as `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly apiKey?: string | undefined;
  readonly fetch?: typeof fetch | undefined;
  /** Attempts after the first; default 2. */
  readonly retries?: number | undefined;
  /** Rejects when the signal aborts. */
  readonly wait?: ((ms: number, signal?: AbortSignal) => Promise<void>) | undefined;
  readonly newKey?: (() => string) | undefined;
  /** Ends every call. */
  readonly signal?: AbortSignal | undefined;
}

export interface Call {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** A body to stream, made anew for each attempt. */
  readonly body?: { readonly type: string; readonly open: () => ReadableStream<Uint8Array> | Blob | string };
  readonly accept?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  /** Sending it twice has the effect of sending it once although it is a POST without a key (content-addressed uploads). */
  readonly repeatable?: boolean;
  /** A POST whose answer the service must not keep: it is sent without an idempotency key, and once. */
  readonly once?: boolean;
}

export type Transport = ReturnType<typeof createTransport>;

/** Path segments are user input: names, references, ids. */
export const path = (strings: TemplateStringsArray, ...parts: readonly (string | number)[]): string =>
  strings.reduce((whole, text, at) => whole + encodeURIComponent(String(parts[at - 1] ?? '')) + text);

const RETRY_STATUS = new Set([429, 502, 503, 504]);
/** The first attempt, whose answer was lost, is still under way: its answer is worth waiting for. */
const STILL_UNDER_WAY = 409;
const UNDER_WAY_RETRIES = 60;
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 10_000;

/**
 * Requests with retries. A POST of JSON carries an idempotency key that stays the same over its attempts, so that a retry after a lost
 * answer does not do the work twice. Rejects with ApiProblem or ServiceUnreachable, or with the reason of an aborted signal.
 */
export function createTransport(options: TransportOptions) {
  const base = options.url.replace(/\/+$/, '');
  const send = options.fetch ?? fetch;
  const retries = options.retries ?? 2;
  const newKey = options.newKey ?? randomKey;
  const wait = options.wait ?? sleep;

  async function attempt(call: Call, headers: Record<string, string>): Promise<Response> {
    const { method, json } = call;
    const signal = signalOf(call);
    const body = json !== undefined ? JSON.stringify(json) : call.body?.open();
    try {
      return await send(urlOf(call), {
        method,
        headers,
        ...(body !== undefined && { body, duplex: 'half' }),
        ...(signal && { signal }),
      });
    } catch (error) {
      signal?.throwIfAborted();
      throw new ServiceUnreachable(base, reasonOf(error), { cause: error });
    }
  }

  const signalOf = ({ signal }: Call): AbortSignal | undefined =>
    signal && options.signal ? AbortSignal.any([signal, options.signal]) : (signal ?? options.signal);

  function urlOf({ path: at, query = {} }: Call): string {
    const search = new URLSearchParams(
      Object.entries(query).flatMap<[string, string]>(([name, value]) =>
        value === undefined ? [] : [[name, String(value)]],
      ),
    ).toString();
    return `${base}${at}${search === '' ? '' : `?${search}`}`;
  }

  /** The answer to a call, whose status is below 300. */
  async function request(call: Call): Promise<Response> {
    const headers: Record<string, string> = {
      accept: call.accept ?? 'application/json',
      ...(options.apiKey && { authorization: `Bearer ${options.apiKey}` }),
      ...(call.json !== undefined && { 'content-type': 'application/json' }),
      ...(call.body && { 'content-type': call.body.type }),
      ...(call.method === 'POST' && !call.body && !call.once && { 'idempotency-key': newKey() }),
      ...call.headers,
    };
    for (let tried = 0, underWay = 0; ; tried++) {
      let failure: ApiProblem | ServiceUnreachable;
      let pause = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** tried);
      try {
        const response = await attempt(call, headers);
        if (response.ok) return response;
        pause = retryAfter(response) ?? pause;
        failure = await problemOf(response, base);
        if (tried > 0 && response.status === STILL_UNDER_WAY && retryAfter(response) !== undefined) {
          if (underWay++ >= UNDER_WAY_RETRIES) throw failure;
          tried -= 1;
        } else if (!RETRY_STATUS.has(response.status)) throw failure;
      } catch (error) {
        if (!(error instanceof ServiceUnreachable)) throw error;
        failure = error;
      }
      if (tried >= retries || call.once || (call.body && !call.repeatable)) throw failure;
      await wait(pause, signalOf(call));
    }
  }

  return {
    url: base,
    request,
    wait,

    /** The JSON of an answer, read by a schema. An answer that does not fit is not one of Paretune's. */
    async read<T extends z.ZodType>(schema: T, call: Call): Promise<z.infer<T>> {
      const response = await request(call);
      const value = await jsonOf(response, base, signalOf(call));
      const parsed = schema.safeParse(value);
      if (parsed.success) return parsed.data;
      const issue = parsed.error.issues[0];
      throw new ServiceUnreachable(
        base,
        `its answer to ${call.method} ${call.path} is not what this client knows (${issue?.path.join('.') || 'body'}: ${issue?.message}); are client and service of the same version?`,
      );
    },

    async text(call: Call): Promise<string> {
      return (await request(call)).text();
    },
  };
}

async function jsonOf(response: Response, base: string, signal: AbortSignal | undefined): Promise<unknown> {
  try {
    return await response.json();
  } catch (error) {
    signal?.throwIfAborted();
    throw new ServiceUnreachable(base, `its answer broke off or is not JSON (${reasonOf(error)})`, { cause: error });
  }
}

const problemSchema = z.object({
  type: z.string().catch(''),
  title: z.string().catch(''),
  detail: z.string().optional().catch(undefined),
  errors: z
    .array(z.object({ path: z.string(), message: z.string() }))
    .optional()
    .catch(undefined),
});

async function problemOf(response: Response, base: string): Promise<ApiProblem | ServiceUnreachable> {
  const { status } = response;
  const text = await response.text().catch(() => '');
  const type = response.headers.get('content-type') ?? '';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  const parsed = problemSchema.safeParse(value);
  if (!parsed.success || !type.includes('json')) {
    const said = text.slice(0, 200).replace(/\s+/g, ' ').trim();
    return new ServiceUnreachable(base, `something else answers there (HTTP ${status}${said ? `: ${said}` : ''})`);
  }
  const problem = parsed.data;
  return new ApiProblem({
    status,
    code: problem.type.replace(/^.*:/, '') || 'unknown',
    detail: problem.detail ?? (problem.title || `HTTP ${status}`),
    errors: problem.errors ?? [],
    requestId: response.headers.get('x-request-id'),
  });
}

/** `Retry-After` in milliseconds, when it is a number of seconds. */
function retryAfter(response: Response): number | undefined {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? Math.min(60_000, seconds * 1000) : undefined;
}

/** What fetch hides behind "fetch failed". */
function reasonOf(error: unknown): string {
  let deepest: unknown = error;
  while (deepest instanceof Error && deepest.cause !== undefined) deepest = deepest.cause;
  if (deepest instanceof AggregateError && deepest.errors.length > 0) deepest = deepest.errors[0];
  return deepest instanceof Error ? deepest.message : String(deepest);
}
