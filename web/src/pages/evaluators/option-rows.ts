export interface OptionRow {
  readonly name: string;
  readonly values: string;
  readonly byDefault: string | null;
  readonly required: boolean;
  readonly meaning: string;
}

type Schema = Readonly<Record<string, unknown>>;

const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** The members of an object's JSON Schema, for people. Of several forms, those of each. */
export function optionRows(schema: Schema): OptionRow[] {
  const forms = [...list(schema['anyOf']), ...list(schema['oneOf'])].filter(isSchema);
  const found = [schema, ...forms].flatMap((form) => {
    const members = isSchema(form['properties']) ? Object.entries(form['properties']) : [];
    const required = new Set(list(form['required']));
    return members.map(([name, member]): OptionRow => {
      const each = isSchema(member) ? member : {};
      return {
        name,
        values: valuesOf(each),
        byDefault: 'default' in each ? JSON.stringify(each['default']) : null,
        required: required.has(name) && !('default' in each) && forms.length === 0,
        meaning: typeof each['description'] === 'string' ? each['description'] : '',
      };
    });
  });
  return [...new Map(found.map((row) => [row.name, row])).values()];
}

function valuesOf(schema: Schema): string {
  if ('const' in schema) return JSON.stringify(schema['const']);
  const choices = list(schema['enum']);
  if (choices.length > 0) return choices.map((choice) => JSON.stringify(choice)).join(', ');
  const forms = [...list(schema['anyOf']), ...list(schema['oneOf'])].filter(isSchema);
  if (forms.length > 0) return [...new Set(forms.map(valuesOf))].join(' or ');
  const type = schema['type'];
  if (type === 'array') return `list of ${isSchema(schema['items']) ? valuesOf(schema['items']) : 'anything'}`;
  if (type === 'object') return 'object';
  const text = Array.isArray(type) ? type.join(' or ') : typeof type === 'string' ? type : 'anything';
  const [low, high] = [schema['minimum'], schema['maximum']].map((bound) =>
    typeof bound === 'number' && Math.abs(bound) < Number.MAX_SAFE_INTEGER ? bound : null,
  );
  if (low !== null && low !== undefined && high !== null && high !== undefined) return `${text}, ${low} to ${high}`;
  if (low !== null && low !== undefined) return `${text}, from ${low}`;
  return high !== null && high !== undefined ? `${text}, up to ${high}` : text;
}
