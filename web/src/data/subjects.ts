/** One side of a comparison, as it is written: `<job or evaluation>/<candidate>`, or `<prompt>@<version>`. */
export type Subject =
  | { readonly kind: 'candidate'; readonly id: string; readonly candidate: string }
  | { readonly kind: 'version'; readonly name: string; readonly version: number };

/** Null for what cannot be one. */
export function subjectOf(text: string): Subject | null {
  const version = /^([a-zA-Z0-9][a-zA-Z0-9_.-]{0,99})@(\d{1,9})$/.exec(text);
  if (version) return { kind: 'version', name: version[1] ?? '', version: Number(version[2]) };
  const [id = '', candidate = '', ...rest] = text.split('/');
  return id === '' || candidate === '' || rest.length > 0 ? null : { kind: 'candidate', id, candidate };
}
