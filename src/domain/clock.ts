/** Time and ids are injected, so that a test or a replay decides both. */
export interface Clock {
  now(): Date;
}
export interface IdSource {
  /** A new unique id with a readable prefix, such as `job_01J…`; sortable by time. */
  next(prefix: string): string;
}
