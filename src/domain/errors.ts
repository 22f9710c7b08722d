import type { JsonObject } from './json.ts';

/**
 * The error catalogue: every failure that a user can meet has one stable code, one HTTP status and a sentence on what to do.
 * docs/reference/errors.md is generated from it.
 */
export const ERRORS = {
  invalid_request: { status: 400, retryable: false, title: 'The request is not valid' },
  unknown_reference: { status: 404, retryable: false, title: 'The reference does not exist' },
  not_found: { status: 404, retryable: false, title: 'Not found' },
  unauthenticated: { status: 401, retryable: false, title: 'An API key is needed' },
  forbidden: { status: 403, retryable: false, title: 'The key does not allow this' },
  conflict: { status: 409, retryable: false, title: 'The request conflicts with the present state' },
  journal_miss: { status: 409, retryable: false, title: 'The journal does not have a call that is needed' },
  idempotency_conflict: { status: 409, retryable: false, title: 'The idempotency key was used with another body' },
  too_large: { status: 413, retryable: false, title: 'The body is too large' },
  unsupported_media_type: { status: 415, retryable: false, title: 'The content type is not supported' },
  unprocessable: { status: 422, retryable: false, title: 'The request cannot work' },
  address_refused: { status: 422, retryable: false, title: 'The address is not allowed' },
  missing_key: { status: 422, retryable: false, title: 'A provider key is missing' },
  internal: { status: 500, retryable: true, title: 'Internal error' },
  unavailable: { status: 503, retryable: true, title: 'Not available now' },
} as const satisfies Record<string, { status: number; retryable: boolean; title: string }>;

export type ErrorCode = keyof typeof ERRORS;

/** One broken field: `path` in the request's own spelling (`budget.rollouts`), `message` names the value and the fix. */
export interface FieldError {
  readonly path: string;
  readonly message: string;
}

/** An error of the catalogue. Anything else that reaches the API is answered as `internal` and logged. */
export class ParetuneError extends Error {
  override readonly name = 'ParetuneError';
  readonly code: ErrorCode;
  readonly errors: readonly FieldError[];
  /** Members of the problem beside the usual ones (RFC 9457, section 3.2). */
  readonly members: JsonObject;

  constructor(code: ErrorCode, detail: string, errors: readonly FieldError[] = [], members: JsonObject = {}) {
    super(detail);
    this.code = code;
    this.errors = errors;
    this.members = members;
  }

  get status(): number {
    return ERRORS[this.code].status;
  }
}

/** A single-field validation failure. */
export function fieldError(path: string, message: string, code: ErrorCode = 'unprocessable'): ParetuneError {
  return new ParetuneError(code, `${path}: ${message}`, [{ path, message }]);
}
