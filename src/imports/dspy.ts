import { z } from 'zod';
import { fieldError } from '../domain/errors.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import type { Message } from '../domain/model.ts';
import { type Importer, NOTHING, type NotMapped } from './contract.ts';
import { recordsOf, type SourceRecord } from './records.ts';
import { toRow } from './rows.ts';
import { slug } from './slug.ts';

const fieldSchema = z.object({ prefix: z.string(), description: z.string().optional() });
const predictorSchema = z.object({
  signature: z.object({ instructions: z.string(), fields: z.array(fieldSchema) }),
  demos: z.array(z.record(z.string(), z.json())).default([]),
});
type Predictor = z.infer<typeof predictorSchema>;

/**
 * Examples (`Example.toDict()`, inputs by `--map input=question`), and the state of a program (`program.save("program.json")`): one
 * prompt per predictor, its demonstrations as messages. The state does not say which fields are inputs; `--map input=…` does.
 */
export const dspy: Importer = {
  format: 'dspy',
  title: 'DSPy examples and saved programs',
  source: 'DSPy, "Saving and loading" (state-only JSON) and dspy.Example',
  read({ files, name, map }) {
    const records = files.flatMap(recordsOf);
    const notMapped: NotMapped[] = [];
    const [first] = records;
    const predictors = first && records.length === 1 ? predictorsOf(first) : [];
    if (predictors.length > 0 && first) {
      const known = new Set(['metadata', ...predictors.map(([id]) => id)]);
      for (const [member] of Object.entries(first.value))
        if (!known.has(member))
          notMapped.push({
            at: `${first.at} ${member}`,
            what: member,
            why: 'it has no signature; only predictors become prompts',
          });
      return {
        ...NOTHING,
        prompts: predictors.map(([id, predictor]) => ({
          name: predictors.length === 1 ? name : `${name}-${slug(id)}`,
          prompt: { messages: messagesOf(`${first.at} ${id}`, predictor, map['input'], notMapped) },
        })),
        notMapped,
      };
    }
    const inputs = map['input'];
    if (!inputs)
      throw fieldError(
        '--map',
        'say which fields of the examples are inputs, as with_inputs() does: --map input=question',
      );
    const rows = records.map((record) => exampleRow(record, inputs, map['expected'], notMapped));
    return { ...NOTHING, datasets: [{ name, rows }], notMapped };
  },
};

function predictorsOf({ value }: SourceRecord): [string, Predictor][] {
  return Object.entries(value).flatMap(([id, member]) => {
    const parsed = predictorSchema.safeParse(member);
    return parsed.success ? [[id, parsed.data] as [string, Predictor]] : [];
  });
}

/** `${reasoning}`, what DSPy describes a field with by default, names it; else `Reasoning:` → `reasoning`, as it makes prefixes from names. */
const fieldName = ({ prefix, description }: z.infer<typeof fieldSchema>) =>
  /^\$\{(\w+)\}$/.exec(description ?? '')?.[1] ?? prefix.replace(/:\s*$/, '').trim().toLowerCase().replace(/\s+/g, '_');

function messagesOf(
  at: string,
  { signature, demos }: Predictor,
  given: readonly string[] | undefined,
  notMapped: NotMapped[],
): Message[] {
  const fields = signature.fields.map((field) => ({ ...field, name: fieldName(field) }));
  const last = fields.length - 1;
  // Without --map: everything before the answer, except what a chain of thought adds.
  const inputs =
    given ?? fields.filter(({ name }, index) => index < last && name !== 'reasoning').map(({ name }) => name);
  if (!given)
    notMapped.push({
      at,
      what: 'which fields are inputs',
      why: `the saved state does not say; taken: ${inputs.join(', ')}; else say --map input=a,b`,
    });
  const outputs = fields.filter(({ name }) => !inputs.includes(name));
  const described = fields.map(
    ({ name, description }) => `- ${name}${description && !description.startsWith('${') ? `: ${description}` : ''}`,
  );
  const system = [
    signature.instructions,
    `Fields:\n${described.join('\n')}`,
    `Answer with ${outputs.map(({ prefix }) => `"${prefix}"`).join(', then ')}, each on a line of its own.`,
  ].join('\n\n');
  const labelled = (
    names: readonly { readonly name: string; readonly prefix: string }[],
    value: (name: string) => string,
  ) => names.map(({ name, prefix }) => `${prefix} ${value(name)}`).join('\n');
  const inputFields = fields.filter(({ name }) => inputs.includes(name));
  return [
    { role: 'system', content: system },
    ...demos.flatMap((demo, index): Message[] => {
      if (inputFields.some(({ name }) => demo[name] === undefined)) {
        notMapped.push({ at: `${at}.demos[${index}]`, what: 'a demonstration', why: 'it lacks an input field' });
        return [];
      }
      return [
        { role: 'user', content: labelled(inputFields, (name) => text(demo[name])) },
        {
          role: 'assistant',
          content: labelled(
            outputs.filter(({ name }) => demo[name] !== undefined),
            (name) => text(demo[name]),
          ),
        },
      ];
    }),
    { role: 'user', content: labelled(inputFields, (name) => `{{${name}}}`) },
  ];
}

const text = (value: Json | undefined): string => (typeof value === 'string' ? value : JSON.stringify(value ?? null));

function exampleRow(
  { at, value }: SourceRecord,
  inputs: readonly string[],
  labels: readonly string[] | undefined,
  notMapped: NotMapped[],
) {
  const picked = (names: readonly string[]): JsonObject =>
    Object.fromEntries(names.flatMap((name) => (value[name] === undefined ? [] : [[name, value[name]]])));
  const absent = inputs.find((name) => value[name] === undefined);
  if (absent !== undefined) throw fieldError(at, `has no "${absent}"; there are ${Object.keys(value).join(', ')}`);
  const rest = Object.keys(value).filter((name) => !inputs.includes(name));
  const expected = labels ?? rest;
  return toRow(
    {
      at,
      input: picked(inputs),
      expected: expected.length === 0 ? undefined : picked(expected),
      metadata: picked(rest.filter((name) => !expected.includes(name))),
    },
    notMapped,
  );
}
