import type { Interval } from '../../domain/verdict.ts';
import { type BootstrapOptions, bootstrapInterval } from './bootstrap.ts';
import { groupSums } from './groups.ts';

/**
 * Bootstrap interval of the mean of paired per-row differences. With `groups` (one key per difference) whole groups are drawn, because
 * rows that share a key do not vary independently. Null with fewer than two rows or groups.
 */
export function pairedBootstrap(
  differences: readonly number[],
  options: BootstrapOptions & { readonly groups?: readonly string[] | undefined },
): Interval | null {
  const { sums, counts } = groupSums(differences, options.groups);
  return bootstrapInterval(
    sums.length,
    (units) => {
      let sum = 0;
      let count = 0;
      for (let i = 0; i < units.length; i++) {
        const unit = units[i] ?? 0;
        sum += sums[unit] ?? 0;
        count += counts[unit] ?? 0;
      }
      return count === 0 ? null : sum / count;
    },
    options,
  );
}
