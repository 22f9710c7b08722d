import type { Json, JsonObject } from '../../domain/json.ts';

/** `{{ name }}` alone; filters, calls, conditions and loops of Nunjucks have no equal. */
const PLAIN = /\{\{-?\s*([A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*)\s*-?\}\}/g;
const ANY = /\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}/gs;

/** What of a template goes beyond plain variables. */
export function beyondVariables(text: string): string[] {
  return Array.from(text.replace(PLAIN, '').matchAll(ANY), ([found]) => found);
}

const shown = (value: Json | undefined): string =>
  value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);

/** The text with its plain variables filled in. */
function filled(text: string, vars: JsonObject): string {
  return text.replace(PLAIN, (whole, path: string) => {
    let here: Json | undefined = vars;
    for (const key of path.split('.'))
      here = here !== null && typeof here === 'object' && !Array.isArray(here) ? here[key] : undefined;
    return here === undefined ? whole : shown(here);
  });
}

/** The same for every text in a value. */
export function filledIn(value: Json, vars: JsonObject): Json {
  if (typeof value === 'string') return filled(value, vars);
  if (Array.isArray(value)) return value.map((each) => filledIn(each, vars));
  if (value !== null && typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, filledIn(member, vars)]));
  return value;
}
