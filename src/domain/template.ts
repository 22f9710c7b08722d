import { ParetuneError } from './errors.ts';

/** `{{ name }}` or `{{ name.member }}`; anything else in braces is literal text. */
const PLACEHOLDER = /\{\{\s*([A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*)\s*\}\}/g;

/** Names that never render: the expected answer must not be reachable from a prompt. */
export const RESERVED_VARIABLES: readonly string[] = ['expected'];

/** Distinct placeholders of a text, in order of appearance. */
export function placeholders(text: string): string[] {
  return [...new Set(Array.from(text.matchAll(PLACEHOLDER), (match) => match[1] ?? ''))];
}

/**
 * Replaces every placeholder by its value, literally and in one pass: a value that itself contains `{{…}}` stays as it is.
 * Throws `unprocessable` for a variable without a value.
 */
export function renderTemplate(text: string, variables: Readonly<Record<string, string>>): string {
  return text.replace(PLACEHOLDER, (_whole, name: string) => {
    if (!Object.hasOwn(variables, name)) {
      throw new ParetuneError(
        'unprocessable',
        `the prompt uses {{${name}}}, but no value for it was given (given: ${Object.keys(variables).join(', ') || 'none'})`,
      );
    }
    return variables[name] ?? '';
  });
}
