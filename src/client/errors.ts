import type { ErrorCode, FieldError } from '../domain/errors.ts';

/** A code of the catalogue, or one that a newer service has added. */
export type ProblemCode = ErrorCode | (string & {});

/** The service answered with a problem. `errors` name the broken fields in the request's own spelling. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly status: number;
  readonly code: ProblemCode;
  readonly errors: readonly FieldError[];
  /** `x-request-id` of the answer: the service's log has the cause under it. */
  readonly requestId: string | null;

  constructor(problem: {
    readonly status: number;
    readonly code: ProblemCode;
    readonly detail: string;
    readonly errors?: readonly FieldError[];
    readonly requestId?: string | null;
  }) {
    super(problem.detail);
    this.status = problem.status;
    this.code = problem.code;
    this.errors = problem.errors ?? [];
    this.requestId = problem.requestId ?? null;
  }

  /** The problem's `detail`. */
  get detail(): string {
    return this.message;
  }
}

/** No answer came, or none that is one of Paretune: nothing is known of what became of the request. */
export class ServiceUnreachable extends Error {
  override readonly name = 'ServiceUnreachable';
  readonly url: string;

  constructor(url: string, why: string, options?: ErrorOptions) {
    super(`cannot reach Paretune at ${url}: ${why}`, options);
    this.url = url;
  }
}
