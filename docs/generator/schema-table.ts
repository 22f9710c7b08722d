import { z } from 'zod';

/** The part of JSON Schema that zod writes and the tables read. */
interface Schema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  /** Several for a union of simple types. */
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly description?: string;
  readonly default?: unknown;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
}

/** One line of a table: a field by its dotted path. */
export interface FieldRow {
  readonly path: string;
  readonly type: string;
  readonly required: boolean;
  /** As JSON; empty without a default. */
  readonly byDefault: string;
  readonly description: string;
}

/** A schema as a client writes it (before defaults), with its named parts. */
export function inputSchema(schema: z.ZodType): { readonly root: Schema; readonly parts: ReadonlyMap<string, Schema> } {
  const root = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Schema;
  const parts = new Map(Object.entries(root.$defs ?? {}).filter(([name]) => !name.startsWith('__')));
  const name = root.$ref?.replace('#/$defs/', '');
  return { root: (name === undefined ? undefined : parts.get(name)) ?? root, parts };
}

/** The fields of an object schema; objects without a name of their own are written out under a dotted path. */
export function fieldRows(schema: Schema, prefix = ''): FieldRow[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const path = prefix === '' ? name : `${prefix}.${name}`;
    const row: FieldRow = {
      path,
      type: typeText(field),
      required: schema.required?.includes(name) ?? false,
      byDefault: field.default === undefined || isEmpty(field.default) ? '' : JSON.stringify(field.default),
      description: field.description ?? '',
    };
    const inside = inlineObjects(field, path).flatMap(([inner, at]) => fieldRows(inner, at));
    // An object without a word of its own is told by its fields.
    return row.description === '' && field.properties ? inside : [row, ...inside];
  });
}

/** Whether a default says nothing that the fields below do not say. */
const isEmpty = (value: unknown): boolean => JSON.stringify(value) === '{}';

function inlineObjects(field: Schema, path: string): [Schema, string][] {
  if (field.properties) return [[field, path]];
  if (field.items) return inlineObjects(field.items, `${path}[]`);
  return (field.anyOf ?? field.oneOf ?? []).flatMap((option) => inlineObjects(option, path));
}

function typeText(schema: Schema): string {
  if (schema.$ref) return reference(schema.$ref);
  const only = schema.allOf?.length === 1 ? schema.allOf[0] : undefined;
  if (only) return typeText(only);
  const options = schema.anyOf ?? schema.oneOf;
  if (options) return [...new Set(options.map(typeText))].join(' or ');
  if (schema.enum) return schema.enum.map((value) => code(JSON.stringify(value))).join(' \\| ');
  if (schema.const !== undefined) return code(JSON.stringify(schema.const));
  if (typeof schema.type === 'object') return schema.type.map((type) => typeText({ type })).join(' or ');
  switch (schema.type) {
    case 'array':
      return `list of ${schema.items ? typeText(schema.items) : 'JSON values'}${range(schema.minItems, schema.maxItems)}`;
    case 'object':
      return schema.properties ? 'object' : mapText(schema.additionalProperties);
    case 'integer':
    case 'number':
      return `${schema.type}${schema.exclusiveMinimum === undefined ? '' : `, above ${schema.exclusiveMinimum}`}${range(schema.minimum, withoutSentinel(schema.maximum))}`;
    case 'string':
      return schema.format === 'uri'
        ? 'URL'
        : `text${schema.maxLength ? `, at most ${schema.maxLength} characters` : ''}`;
    case 'boolean':
      return 'boolean';
    default:
      return schema.type ?? 'any JSON value';
  }
}

function mapText(values: boolean | Schema | undefined): string {
  if (typeof values !== 'object' || values.$ref?.includes('/__') || values.type === undefined) return 'JSON object';
  return `object of ${typeText(values)}`;
}

function reference(ref: string): string {
  const name = ref.replace('#/$defs/', '');
  return name.startsWith('__') ? 'any JSON value' : `[${name}](#${name.toLowerCase()})`;
}

/** The largest safe integer stands for "no limit". */
const withoutSentinel = (maximum: number | undefined) =>
  maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER ? undefined : maximum;

function range(low: number | undefined, high: number | undefined): string {
  const least = low === undefined || low <= -Number.MAX_SAFE_INTEGER ? undefined : low;
  if (least !== undefined && high !== undefined) return `, ${least}…${high}`;
  if (least !== undefined) return `, ≥ ${least}`;
  return high === undefined ? '' : `, ≤ ${high}`;
}

const code = (text: string) => `\`${text}\``;
