import { z } from 'zod';

/** What the fields of a form read of a JSON Schema; everything else in it is left alone. */
const nodeSchema = z.looseObject({
  $ref: z.string().optional(),
  type: z.union([z.string(), z.array(z.string())]).optional(),
  description: z.string().optional(),
  default: z.unknown().optional(),
  const: z.unknown().optional(),
  enum: z.array(z.unknown()).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  oneOf: z.array(z.unknown()).optional(),
  anyOf: z.array(z.unknown()).optional(),
  $defs: z.record(z.string(), z.unknown()).optional(),
});
export type SchemaNode = z.infer<typeof nodeSchema>;

const read = (value: unknown): SchemaNode => nodeSchema.safeParse(value).data ?? {};
const DEFINITION = '#/$defs/';

/** A JSON Schema with its references led to what they mean. */
export class JsonSchema {
  readonly node: SchemaNode;
  readonly #definitions: Readonly<Record<string, unknown>>;

  constructor(schema: unknown, definitions?: Readonly<Record<string, unknown>>) {
    const node = read(schema);
    this.#definitions = definitions ?? node.$defs ?? {};
    this.node = node.$ref?.startsWith(DEFINITION)
      ? {
          ...read(this.#definitions[node.$ref.slice(DEFINITION.length)]),
          ...(node.description && { description: node.description }),
        }
      : node;
  }

  /** The schema of a member; one that allows anything where there is none. */
  at(...path: readonly string[]): JsonSchema {
    return path.reduce<JsonSchema>(
      (schema, name) => new JsonSchema(schema.node.properties?.[name], schema.#definitions),
      this,
    );
  }

  get names(): readonly string[] {
    return Object.keys(this.node.properties ?? {});
  }

  /** The forms that a value may have; one where there is no choice. */
  get forms(): readonly JsonSchema[] {
    const forms = this.node.oneOf ?? this.node.anyOf;
    return forms ? forms.flatMap((form) => new JsonSchema(form, this.#definitions).forms) : [this];
  }
}
