import { z } from 'zod';
import { type Json, type JsonObject, jsonSchema } from '../../domain/json.ts';
import { type MappedCheck, MODEL_GRADED, TYPES } from './assertion-types.ts';
import { beyondVariables, filledIn } from './template.ts';

const assertionSchema = z.looseObject({
  type: z.string(),
  value: jsonSchema.optional(),
  threshold: z.number().optional(),
  weight: z.number().optional(),
  metric: z.string().optional(),
  assert: z.array(z.unknown()).optional(),
});
type Assertion = z.infer<typeof assertionSchema>;

/** A check of a row: an evaluator, or a group of checks. */
export interface RowCheck extends JsonObject {}

/** A model-graded assertion: an evaluator of the suite, with the reference that rows must have for it. */
export interface Graded {
  readonly type: string;
  readonly options: JsonObject;
  readonly threshold: number | undefined;
  readonly negate: boolean;
  readonly weight: number;
  readonly expected: Json | undefined;
}

export interface AssertionContext {
  /** Where the list stands. */
  readonly at: string;
  readonly vars: JsonObject;
  /** The text of a `file://` value. Throws when there is none. */
  readonly read: (name: string) => Json;
  readonly refusal: (type: string, options: unknown) => string | null;
  readonly skip: (at: string, what: string, why: string) => void;
}

export interface MappedAssertions {
  /** Those that code decides. */
  readonly checks: readonly RowCheck[];
  /** Those that a model decides, sets apart. */
  readonly graded: readonly Graded[];
  /** All of them as checks of the row, as promptfoo combines them. */
  readonly judgedChecks: readonly RowCheck[];
  /** Those of sets among them that a model decides. */
  readonly gradedInSets: readonly Graded[];
}

/** Fields of an assertion that change what it looks at. */
const CHANGES = ['transform', 'contextTransform'] as const;
/** Fields that concern the judge. */
const JUDGE = ['provider', 'rubricPrompt'] as const;

/** Assertions of one test as checks of its row, and the model-graded ones apart. */
export function mapAssertions(list: readonly unknown[], context: AssertionContext): MappedAssertions {
  const checks: RowCheck[] = [];
  const graded: Graded[] = [];
  const judgedChecks: RowCheck[] = [];
  const gradedInSets: Graded[] = [];
  for (const [index, raw] of list.entries()) {
    const at = `${context.at}[${index}]`;
    const parsed = assertionSchema.safeParse(raw);
    if (!parsed.success) {
      context.skip(at, 'an assertion', 'it has no type');
      continue;
    }
    const assertion = parsed.data;
    const mapped =
      assertion.type === 'assert-set' ? mapSet(assertion, { ...context, at }) : mapOne(assertion, { ...context, at });
    if (mapped?.judge) graded.push(mapped.judge);
    if (mapped?.check) checks.push(mapped.check);
    if (mapped) judgedChecks.push(mapped.whole);
    gradedInSets.push(...(mapped?.inSet ?? []));
  }
  return { checks, graded, judgedChecks, gradedInSets };
}

interface Mapped {
  /** Without what a model decides. */
  readonly check?: RowCheck;
  readonly judge?: Graded;
  readonly whole: RowCheck;
  readonly inSet?: readonly Graded[];
}

function mapSet(set: Assertion, context: AssertionContext): Mapped | null {
  const made = mapAssertions(set.assert ?? [], { ...context, at: `${context.at}.assert` });
  if (made.judgedChecks.length === 0) return null;
  const common = { ...commonOf(set), ...(set.threshold !== undefined && { threshold: clamp(set.threshold) }) };
  return {
    ...(made.checks.length > 0 && { check: { ...common, checks: [...made.checks] } }),
    whole: { ...common, checks: [...made.judgedChecks] },
    inSet: [...made.graded, ...made.gradedInSets],
  };
}

const commonOf = ({ weight, metric }: Assertion): JsonObject => ({
  ...(weight !== undefined && { weight: Math.max(0, weight) }),
  ...(metric !== undefined && { name: metric.slice(0, 200) }),
});
/** Without the rounding errors of a difference. */
const round = (threshold: number) => Math.round(threshold * 1e9) / 1e9;
const clamp = (threshold: number) => Math.min(1, Math.max(0, threshold));

function mapOne(assertion: Assertion, context: AssertionContext): Mapped | null {
  const negate = assertion.type.startsWith('not-');
  const type = negate ? assertion.type.slice(4) : assertion.type;
  const skip = (why: string): null => {
    context.skip(context.at, assertion.type, why);
    return null;
  };
  for (const field of CHANGES) if (assertion[field] !== undefined) return skip(`it has a ${field}, which is code`);
  const value = valueIn(assertion.value, context);
  if (value instanceof Error) return skip(value.message);
  for (const field of JUDGE)
    if (assertion[field] !== undefined)
      context.skip(
        `${context.at}.${field}`,
        field,
        'judges and their prompts are set in the job (models.judge) and versioned here',
      );
  const judge = MODEL_GRADED[type];
  if (judge) {
    const made = judge(value, assertion.threshold);
    if (typeof made === 'string') return skip(made);
    const refused = context.refusal(made.type, made.options);
    if (refused !== null) return skip(refused);
    // Negated, what reaches the threshold fails: the opposite of a score passes from the opposite of its threshold on.
    const threshold = negate && made.threshold !== undefined ? round(1 - made.threshold) : made.threshold;
    // The model of embeddings is the suite's.
    const { model: _model, ...options } = made.options;
    const whole = {
      ...commonOf(assertion),
      type: made.type,
      ...(Object.keys(options).length > 0 && { options }),
      ...(made.threshold !== undefined && { threshold: clamp(made.threshold) }),
      ...(negate && { negate }),
      ...(made.expected !== undefined && { expected: made.expected }),
    };
    return { judge: { ...made, threshold, negate, weight: assertion.weight ?? 1 }, whole };
  }
  const known = Object.hasOwn(TYPES, type) ? TYPES[type] : undefined;
  if (known === undefined) return skip('no evaluator does the like of it');
  if (typeof known === 'string') return skip(known);
  const made = known({ value, threshold: assertion.threshold, vars: context.vars });
  if (typeof made === 'string') return skip(made);
  const refused = refusalOf(made, context.refusal);
  if (refused !== null) return skip(refused);
  if (made.note) context.skip(context.at, `${assertion.type}, in part`, made.note);
  const check = { ...commonOf(assertion), ...checkOf(made, negate) };
  return { check, whole: check };
}

function checkOf(made: MappedCheck, negate: boolean): RowCheck {
  const { note: _note, also, negate: opposite = false, ...check } = made;
  const turned = opposite !== negate ? { negate: true } : {};
  // Negated, the first one decides: what it refuses is refused.
  if (!also || negate) return { ...check, ...turned };
  return { passOnly: true, checks: [{ ...check, ...turned }, ...also] };
}

function refusalOf({ type, options, also = [] }: MappedCheck, refusal: AssertionContext['refusal']): string | null {
  return (
    [{ type, options }, ...also].map((each) => refusal(each.type, each.options ?? {})).find((why) => why !== null) ??
    null
  );
}

function valueIn(value: Json | undefined, context: AssertionContext): Json | undefined | Error {
  if (value === undefined) return undefined;
  const file = typeof value === 'string' && value.startsWith('file://') ? value.slice('file://'.length) : null;
  if (file !== null && /\.(?:[cm]?[jt]s|py|rb)(?::|$)/.test(file)) return new Error('its value is code');
  const read = file === null ? value : context.read(file);
  const texts =
    typeof read === 'string' ? [read] : Array.isArray(read) ? read.filter((each) => typeof each === 'string') : [];
  const beyond = texts.flatMap(beyondVariables);
  if (beyond.length > 0) return new Error(`its value uses ${beyond[0]}, which goes beyond plain variables`);
  return filledIn(read, context.vars);
}
