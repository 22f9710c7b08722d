/** The offered media type that an `Accept` header likes best; the first one when it likes none of them, or does not say. */
export function preferredType<T extends string>(accept: string | undefined, offered: readonly [T, ...T[]]): T {
  const ranges = (accept ?? '*/*').split(',').map((part) => {
    const [range = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase());
    const q = parameters.find((parameter) => parameter.startsWith('q='));
    return { range, q: q === undefined ? 1 : Number(q.slice(2)) || 0 };
  });
  const quality = (type: T): number => {
    const wildcard = `${type.split('/')[0]}/*`;
    // The most specific range decides: "text/*;q=0.5, text/html;q=0" refuses HTML.
    for (const pattern of [type, wildcard, '*/*']) {
      const found = ranges.find(({ range }) => range === pattern);
      if (found) return found.q;
    }
    return 0;
  };
  let best = offered[0];
  for (const type of offered) if (quality(type) > quality(best)) best = type;
  return best;
}
