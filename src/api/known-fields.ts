import { z } from 'zod';

/** Names of the fields that a schema knows at a path, over all branches of its unions: for "did you mean". */
export function knownFields(schema: z.core.$ZodType, path: readonly PropertyKey[]): string[] {
  let level = alternatives(schema);
  for (const key of path) level = level.flatMap((each) => alternatives(member(each, key)));
  return [...new Set(level.flatMap((each) => (each instanceof z.ZodObject ? Object.keys(each.shape) : [])))];
}

/** The schema without wrappers (optional, default, …); of a union its branches. */
function alternatives(schema: z.core.$ZodType | undefined): z.core.$ZodType[] {
  if (schema === undefined) return [];
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option: z.core.$ZodType) => alternatives(option));
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodNullable) {
    return alternatives(schema.unwrap());
  }
  return [schema];
}

function member(schema: z.core.$ZodType, key: PropertyKey): z.core.$ZodType | undefined {
  if (schema instanceof z.ZodArray) return schema.element;
  if (schema instanceof z.ZodRecord) return schema.valueType;
  if (schema instanceof z.ZodObject) {
    const shape: Readonly<Record<string, z.core.$ZodType>> = schema.shape;
    return shape[String(key)];
  }
  return undefined;
}
