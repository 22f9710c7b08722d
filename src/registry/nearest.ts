/** Edit distance (Levenshtein), by rows of the table. */
function distance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const replace = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(replace, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}

/** The names that `name` was probably meant to be, nearest first: at most `limit`, none that are quite different. */
export function nearestNames(name: string, known: readonly string[], limit = 3): string[] {
  const wanted = name.slice(0, 100).toLowerCase();
  return known
    .map((candidate) => {
      const lower = candidate.toLowerCase();
      const contained = wanted.length >= 3 && (lower.includes(wanted) || wanted.includes(lower));
      return { candidate, far: contained ? 1 : distance(wanted, lower) };
    })
    .filter(({ candidate, far }) => far <= Math.max(2, Math.floor(Math.max(wanted.length, candidate.length) * 0.4)))
    .sort((a, b) => a.far - b.far || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, limit)
    .map(({ candidate }) => candidate);
}
