import { RE2JS } from 're2js';

/** Largest compiled pattern, in instructions. */
const MAX_PROGRAM = 5_000;
/** Instructions × characters of one match. RE2 is linear in both; this many take less than a second at worst. */
const MAX_WORK = 20_000_000;
const MAX_CHARACTERS = 100_000;

/** Characters that a pattern may read: 100,000, fewer for patterns of more than 200 instructions. */
export function readable(pattern: RE2JS): number {
  return Math.min(MAX_CHARACTERS, Math.floor(MAX_WORK / Math.max(1, pattern.programSize())));
}

/** A pattern as a user wrote it, compiled for the linear-time engine RE2. Throws an Error that says what is not supported. */
export function compileLinear(pattern: string, flags = ''): RE2JS {
  let bits = 0;
  if (flags.includes('i')) bits |= RE2JS.CASE_INSENSITIVE;
  if (flags.includes('m')) bits |= RE2JS.MULTILINE;
  if (flags.includes('s')) bits |= RE2JS.DOTALL;
  let compiled: RE2JS;
  try {
    compiled = RE2JS.compile(RE2JS.translateRegExp(pattern), bits);
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'it cannot be compiled';
    throw new Error(
      `${reason}. Patterns run on RE2, in linear time: back-references and look-around are not supported, repeat counts go to 1000`,
    );
  }
  const size = compiled.programSize();
  if (size > MAX_PROGRAM) {
    throw new Error(
      `the pattern compiles to ${size} instructions, ${MAX_PROGRAM} are allowed; use smaller repeat counts`,
    );
  }
  return compiled;
}
