/** Whether a UTF-16 code unit belongs to a word. Rough outside Latin on purpose: it only has to be the same for equal texts. */
function isWordUnit(unit: number): boolean {
  if (unit < 0x80) return (unit >= 0x30 && unit <= 0x39) || (unit >= 0x61 && unit <= 0x7a);
  // Latin-1 punctuation, general punctuation and CJK punctuation.
  return unit > 0xbf && !(unit >= 0x2000 && unit <= 0x206f) && !(unit >= 0x3000 && unit <= 0x303f);
}

/** Scripts without spaces between words: each character counts as a word. */
function isIdeograph(unit: number): boolean {
  return (unit >= 0x2e80 && unit <= 0x9fff) || (unit >= 0xac00 && unit <= 0xd7af) || (unit >= 0xf900 && unit <= 0xfaff);
}

/** Murmur3's finalizer: every input bit reaches every output bit. */
export function mix32(value: number): number {
  let h = value >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** FNV-1a of each word of a text, in order; case and punctuation do not count. */
function wordHashes(text: string): number[] {
  const lower = text.toLowerCase();
  const words: number[] = [];
  let hash = FNV_OFFSET;
  let length = 0;
  const end = () => {
    if (length > 0) words.push(hash);
    hash = FNV_OFFSET;
    length = 0;
  };
  for (let i = 0; i < lower.length; i++) {
    const unit = lower.charCodeAt(i);
    if (!isWordUnit(unit)) {
      end();
      continue;
    }
    hash = Math.imul(hash ^ unit, FNV_PRIME);
    length += 1;
    if (isIdeograph(unit)) end();
  }
  end();
  return words;
}

/** Words in a shingle. */
const SIZE = 3;

/** 32-bit hashes of the text's shingles (runs of three words); a shorter text is one shingle. Empty without a word. */
export function wordShingles(text: string): number[] {
  const words = wordHashes(text);
  if (words.length === 0) return [];
  const shingles: number[] = [];
  for (let start = 0; start === 0 || start + SIZE <= words.length; start++) {
    let hash = 0;
    for (let i = start; i < Math.min(start + SIZE, words.length); i++)
      hash = mix32(Math.imul(hash, 31) ^ (words[i] ?? 0));
    shingles.push(hash);
  }
  return shingles;
}
