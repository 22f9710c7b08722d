import type { z } from 'zod';
import type { FieldError } from '../domain/errors.ts';
import { nearestNames } from '../registry/nearest.ts';
import { knownFields } from './known-fields.ts';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** One thing that is wrong, and how much it says against the branch of a union that it was found in. */
interface Finding {
  readonly path: Path;
  readonly message: string;
  readonly weight: number;
}

/** The value is of another kind than the branch: nobody meant this branch. */
const OTHER_KIND = 1_000;
/** A field of the branch's own object is missing or unknown: probably another branch was meant. */
const OTHER_SHAPE = 20;
/** Whatever is wrong deeper inside speaks less against a branch than its outer shape. */
const MOST_INSIDE = OTHER_SHAPE - 1;
/** Longer values are not repeated: they are prompts and rows. */
const SHOWN_LENGTH = 60;

/** What stands for the whole body in `errors[].path`. */
export const WHOLE_BODY = '(body)';

/**
 * Explains why a value does not follow a schema: one sentence per field, each naming the value and the fix. Of a union (a reference or the
 * thing itself, a prompt or a chain) only the branch is explained that the user most probably meant.
 */
export function fieldErrorsOf(error: z.core.$ZodError, schema: z.ZodType, data: unknown): FieldError[] {
  return findings(error.issues, { schema, data, base: [] }).map(({ path, message }) => ({
    path: path.length === 0 ? WHOLE_BODY : path.map(String).join('.'),
    message,
  }));
}

interface Context {
  readonly schema: z.ZodType;
  readonly data: unknown;
  /** Where the issues' own paths begin. */
  readonly base: Path;
}

const findings = (issues: readonly Issue[], context: Context): Finding[] =>
  issues.flatMap((issue) => explain(issue, context));

function explain(issue: Issue, context: Context): Finding[] {
  const path = [...context.base, ...issue.path];
  const value = valueAt(context.data, path);
  switch (issue.code) {
    case 'invalid_union':
      return explainUnion(issue, value, { ...context, base: path });
    case 'unrecognized_keys':
      return unknownFields(issue.keys, path, context);
    case 'invalid_type': {
      const wanted = KINDS[issue.expected] ?? issue.expected;
      const message =
        value === undefined ? `is missing: it must be ${wanted}` : `must be ${wanted}, not ${kindOf(value)}`;
      const outside = path.length - context.base.length;
      const weight = value === undefined ? (outside <= 1 ? OTHER_SHAPE : 3) : outside === 0 ? OTHER_KIND : 3;
      return [{ path, message, weight }];
    }
    case 'invalid_value': {
      const values = issue.values.map((each) => JSON.stringify(each)).join(', ');
      if (value === undefined)
        return [{ path, message: `is missing: it must be one of ${values}`, weight: OTHER_SHAPE }];
      const wanted = issue.values.length === 1 ? values : `one of ${values}`;
      return [{ path, message: `must be ${wanted}${shown(value)}`, weight: 1 }];
    }
    default:
      return [{ path, message: `${tidy(issue.message)}${shown(value)}`, weight: 1 }];
  }
}

/** The findings of the branch that fits best. */
function explainUnion(issue: z.core.$ZodIssueInvalidUnion, value: unknown, context: Context): Finding[] {
  const branches = issue.errors.map((issues) => findings(issues, context));
  const costs = branches.map((branch) => {
    const outer = branch.filter(({ weight }) => weight >= OTHER_SHAPE).reduce((sum, { weight }) => sum + weight, 0);
    const inner = branch.filter(({ weight }) => weight < OTHER_SHAPE).reduce((sum, { weight }) => sum + weight, 0);
    return outer + Math.min(inner, MOST_INSIDE);
  });
  const least = Math.min(...costs);
  const best = branches[costs.indexOf(least)];
  const kinds = [
    ...new Set(branches.flatMap((branch) => branch.flatMap(({ message }) => KIND.exec(message)?.[1] ?? []))),
  ];
  if (!best || value === undefined || least >= OTHER_KIND) {
    const wanted = kinds.length > 0 ? kinds.join(' or ') : 'given';
    const message =
      value === undefined ? `is missing: it must be ${wanted}` : `must be ${wanted}, not ${kindOf(value)}`;
    return [{ path: context.base, message, weight: value === undefined ? OTHER_SHAPE : OTHER_KIND }];
  }
  // Seen from outside, what is wrong inside the best branch is no longer a matter of shape.
  return best.map((finding) => ({
    ...finding,
    weight: Math.min(finding.weight, finding.path.length > context.base.length ? 5 : OTHER_SHAPE),
  }));
}

const KIND = /^(?:is missing: it )?must be (.+?)(?:, not .*)?$/;

function unknownFields(keys: readonly string[], path: Path, { schema, base }: Context): Finding[] {
  const known = knownFields(schema, path);
  const weight = path.length === base.length ? OTHER_SHAPE : 3;
  return keys.map((key) => {
    const near = nearestNames(key, known, 1);
    const hint =
      near.length > 0 ? `; did you mean "${near[0]}"?` : known.length > 0 ? `; known here: ${known.join(', ')}` : '';
    return { path: [...path, key], message: `is not a known field${hint}`, weight };
  });
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  record: 'an object',
  array: 'a list',
  null: 'null',
};

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  return JSON.stringify(value).length <= SHOWN_LENGTH ? JSON.stringify(value) : `a ${typeof value}`;
}

function shown(value: unknown): string {
  if (value === undefined || (typeof value === 'object' && value !== null)) return '';
  const text = JSON.stringify(value);
  return text.length <= SHOWN_LENGTH ? `, not ${text}` : '';
}

/** zod's own sentences without their kind in front: "Too small: expected number to be >=1". */
function tidy(message: string): string {
  return message
    .replace(/^(?:Too small|Too big|Invalid [a-z]+): /, '')
    .replace(/^expected \w+ to (be|have) /, 'must $1 ')
    .replace(/^must match/, 'must match')
    .replace(/^Invalid /, 'is not a valid ');
}

function valueAt(data: unknown, path: Path): unknown {
  let value = data;
  for (const key of path) {
    if (value === null || typeof value !== 'object') return undefined;
    value = Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
  }
  return value;
}
