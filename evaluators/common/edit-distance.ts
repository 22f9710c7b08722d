/** Characters of each text that are compared one by one, after the common beginning and end are taken away. */
export const EDIT_DISTANCE_CAP = 4_000;

/**
 * Levenshtein distance of two texts in Unicode code points, and the similarity 1 − distance / length of the longer text.
 *
 * Exact up to EDIT_DISTANCE_CAP differing characters; beyond it the rest counts as edited, so that the similarity is a lower bound
 * and the work stays bounded. Bit-parallel algorithm of Myers (J. ACM 46(3), 1999) in blocks, as restated by Hyyrö (2003).
 */
export function editSimilarity(a: string, b: string): { distance: number; similarity: number } {
  if (a === b) return { distance: 0, similarity: 1 };
  const left = codePoints(a);
  const right = codePoints(b);
  const longest = Math.max(left.length, right.length);
  let start = 0;
  const shared = Math.min(left.length, right.length);
  while (start < shared && left[start] === right[start]) start += 1;
  let end = 0;
  while (end < shared - start && left[left.length - 1 - end] === right[right.length - 1 - end]) end += 1;
  const x = left.subarray(start, left.length - end);
  const y = right.subarray(start, right.length - end);
  const excess = Math.max(0, Math.max(x.length, y.length) - EDIT_DISTANCE_CAP);
  const distance = myers(x.subarray(0, EDIT_DISTANCE_CAP), y.subarray(0, EDIT_DISTANCE_CAP)) + excess;
  const bounded = Math.min(distance, longest);
  return { distance: bounded, similarity: 1 - bounded / longest };
}

function codePoints(text: string): Uint32Array {
  const points = new Uint32Array(text.length);
  let length = 0;
  for (let index = 0; index < text.length; index += 1) {
    const point = text.codePointAt(index) ?? 0;
    if (point > 0xffff) index += 1;
    points[length] = point;
    length += 1;
  }
  return points.subarray(0, length);
}

function myers(a: Uint32Array, b: Uint32Array): number {
  const [pattern, text] = a.length <= b.length ? [a, b] : [b, a];
  const rows = pattern.length;
  if (rows === 0) return text.length;
  const words = Math.ceil(rows / 32);
  const positions = new Map<number, Int32Array>();
  pattern.forEach((point, row) => {
    let bits = positions.get(point);
    if (!bits) {
      bits = new Int32Array(words);
      positions.set(point, bits);
    }
    bits[row >> 5] = (bits[row >> 5] ?? 0) | (1 << (row & 31));
  });
  const plus = new Int32Array(words).fill(-1);
  const minus = new Int32Array(words);
  const last = 1 << ((rows - 1) & 31);
  let score = rows;
  for (const point of text) {
    const matches = positions.get(point);
    let carryPlus = 1;
    let carryMinus = 0;
    for (let word = 0; word < words; word += 1) {
      const vp = plus[word] ?? 0;
      const vm = minus[word] ?? 0;
      const match = matches?.[word] ?? 0;
      const xv = match | vm;
      const eq = match | carryMinus;
      const xh = (((eq & vp) + vp) ^ vp) | eq;
      let hp = vm | ~(xh | vp);
      let hm = vp & xh;
      if (word === words - 1) {
        if (hp & last) score += 1;
        else if (hm & last) score -= 1;
      }
      const outPlus = hp >>> 31;
      const outMinus = hm >>> 31;
      hp = (hp << 1) | carryPlus;
      hm = (hm << 1) | carryMinus;
      plus[word] = hm | ~(xv | hp);
      minus[word] = hp & xv;
      carryPlus = outPlus;
      carryMinus = outMinus;
    }
  }
  return score;
}
