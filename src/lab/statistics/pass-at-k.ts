const checkCounts = (name: string, successes: number, runs: number, k: number) => {
  const whole = [successes, runs, k].every(Number.isInteger);
  if (!whole || successes < 0 || successes > runs || k < 1) {
    throw new RangeError(
      `${name}: ${successes} successes of ${runs} runs, k = ${k}; whole numbers with 0 ≤ successes ≤ runs and k ≥ 1`,
    );
  }
};

/** Share of the k-subsets of `runs` that lie within `members`: C(members, k) / C(runs, k). */
function shareOfSubsets(members: number, runs: number, k: number): number {
  let share = 1;
  for (let i = 0; i < k; i++) share *= Math.max(0, members - i) / (runs - i);
  return share;
}

/** pass@k: chance that at least one of k runs passes, estimated without bias from `runs` ≥ k (Chen et al. 2021, arXiv:2107.03374, §2.1). Null with fewer runs. */
export function passAtK(successes: number, runs: number, k: number): number | null {
  checkCounts('passAtK', successes, runs, k);
  return runs < k ? null : 1 - shareOfSubsets(runs - successes, runs, k);
}

/** pass^k: chance that all of k runs pass, estimated without bias from `runs` ≥ k (Yao et al. 2024, τ-bench, arXiv:2406.12045, §3). Null with fewer runs. */
export function passHatK(successes: number, runs: number, k: number): number | null {
  checkCounts('passHatK', successes, runs, k);
  return runs < k ? null : shareOfSubsets(successes, runs, k);
}
