import type { Json, JsonObject } from '../../src/domain/json.ts';
import { isObject } from './text.ts';

/** A keyword of ours in every subschema, through which the validator counts its work. */
export const WORK_KEYWORD = 'x-paretune-work';

/** Keywords whose value is a map of names to subschemas: the names are not keywords. */
const MAPS = new Set(['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas', 'dependencies']);
/** Keywords whose value is data. */
const DATA = new Set(['const', 'enum', 'default', 'example', 'examples']);

/**
 * A copy of the schema that counts each subschema it applies. References can make the work exponential in a schema of a few lines, so
 * no limit on sizes would do. Data must not hold "$ref", or a reference could enter it as a schema that is not counted.
 */
export function instrument(schema: JsonObject): JsonObject {
  const copy: JsonObject = { [WORK_KEYWORD]: true };
  for (const [key, value] of Object.entries(schema)) {
    if (DATA.has(key)) {
      if (JSON.stringify(value).includes('"$ref"')) throw new Error(`"${key}" must not hold "$ref"`);
      copy[key] = value;
    } else if (MAPS.has(key) && isObject(value)) {
      copy[key] = Object.fromEntries(Object.entries(value).map(([name, member]) => [name, inside(member)]));
    } else {
      copy[key] = inside(value);
    }
  }
  return copy;
}

function inside(value: Json): Json {
  if (Array.isArray(value)) return value.map(inside);
  return isObject(value) ? instrument(value) : value;
}
