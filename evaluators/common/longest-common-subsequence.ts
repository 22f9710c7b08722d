/**
 * Length of the longest common subsequence of two token lists. Bit-parallel (Hyyrö, "Bit-parallel LCS-length computation revisited",
 * 2004): |a| · |b| / 32 word operations.
 */
export function longestCommonSubsequence(a: readonly string[], b: readonly string[]): number {
  const words = Math.ceil(a.length / 32);
  const positions = new Map<string, Uint32Array>();
  a.forEach((token, index) => {
    let bits = positions.get(token);
    if (!bits) {
      bits = new Uint32Array(words);
      positions.set(token, bits);
    }
    bits[index >> 5] = (bits[index >> 5] ?? 0) | (1 << (index & 31));
  });
  const state = new Uint32Array(words).fill(0xffffffff);
  for (const token of b) {
    const matches = positions.get(token);
    if (!matches) continue;
    let carry = 0;
    for (let word = 0; word < words; word += 1) {
      const v = state[word] ?? 0;
      const u = (v & (matches[word] ?? 0)) >>> 0;
      const sum = v + u + carry;
      carry = sum > 0xffffffff ? 1 : 0;
      state[word] = sum | (v & ~u);
    }
  }
  let length = 0;
  for (let index = 0; index < a.length; index += 1) {
    if (((state[index >> 5] ?? 0) & (1 << (index & 31))) === 0) length += 1;
  }
  return length;
}
