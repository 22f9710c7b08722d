import type { JsonObject } from '../../domain/json.ts';

/** An assertion, or the template that its `$ref` names with what it changes. */
export function resolved(assertion: unknown, templates: JsonObject): unknown {
  if (
    assertion === null ||
    typeof assertion !== 'object' ||
    !('$ref' in assertion) ||
    typeof assertion.$ref !== 'string'
  )
    return assertion;
  const { $ref, ...own } = assertion;
  const template = templates[$ref.replace(/^#\/assertionTemplates\//, '')];
  return template !== null && typeof template === 'object' && !Array.isArray(template)
    ? { ...template, ...own }
    : { ...own, type: `$ref ${$ref}` };
}
