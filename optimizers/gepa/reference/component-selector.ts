import type { ReferenceOptions } from './options.ts';
import type { Member } from './pool.ts';

/**
 * The components that a proposal rewrites. `round-robin` takes the parent's next one and advances the parent's pointer, whatever
 * becomes of the proposal; a child inherits the advanced pointer.
 */
export function chooseComponents(
  selection: ReferenceOptions['componentSelection'],
  components: readonly string[],
  parent: Member,
): readonly string[] {
  if (selection === 'all') return components;
  const chosen = components.slice(parent.nextComponent, parent.nextComponent + 1);
  parent.nextComponent = (parent.nextComponent + 1) % components.length;
  return chosen;
}
