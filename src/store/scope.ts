/** Whose data a query may touch. Every function of the store and the registry takes it first. */
export interface Scope {
  readonly projectId: string;
}
