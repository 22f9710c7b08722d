/** Reasons kept per component. */
const KEPT = 5;

/** Why the checks refused proposals, by component: told to the author, who cannot know of protected clauses otherwise. */
export class Refusals {
  readonly #details = new Map<string, string[]>();

  add(components: readonly string[], detail: string): void {
    for (const component of components) {
      const others = this.of(component).filter((other) => other !== detail);
      this.#details.set(component, [...others, detail].slice(-KEPT));
    }
  }

  /** Distinct reasons, oldest first. */
  of(component: string): readonly string[] {
    return this.#details.get(component) ?? [];
  }
}
