import { counted } from '../domain/counted.ts';
import type { ModelConfig } from '../domain/model.ts';
import { headlineOf, parseMetric } from '../domain/objective.ts';
import { type Components, promptTokens } from '../domain/prompt.ts';
import { judgesOf } from '../domain/suite.ts';
import type { CatalogueEvaluator } from '../lab/evaluator.ts';
import { ignoredParameters } from '../models/capabilities.ts';
import type { PriceOf } from './estimate.ts';
import type { ResolvedJob } from './resolved.ts';

/** Something that does not stop a job but that its owner should know. `strict` turns it into a refusal. */
export interface JobWarning {
  readonly code: string;
  readonly message: string;
}

const TINY = { train: 20, validation: 20, test: 30 } as const;
const SAFETY_TYPES: ReadonlySet<string> = new Set([
  'content-safety',
  'toxicity',
  'bias',
  'prompt-injection',
  'refusal',
  'pii',
  'secrets',
]);
const STYLE_TYPES: ReadonlySet<string> = new Set([
  'word-count',
  'one-line',
  'prompt-tokens',
  'output-tokens',
  'latency',
  'cost',
  'starts-with',
  'ends-with',
]);
/** A dated snapshot, such as `gpt-5.1-2025-11-13` or `claude-haiku-4-5-20251001`. */
const PINNED = /\d{4}-\d{2}-\d{2}|\d{8}/;

/** One's own server has no price list, and no snapshots. */
export const isBilled = ({ provider }: ModelConfig): boolean => provider !== 'openai-compatible';
export const billedModels = ({ models }: ResolvedJob): ModelConfig[] =>
  [models.task, models.reflection].filter(isBilled);

/** Tokens that the prompt must not have more of. */
export const tokenLimit = ({ objectives }: ResolvedJob): number | undefined =>
  objectives.find(({ metric, goal }) => metric === 'promptTokens' && goal === 'minimize')?.limit;

/** The usual mistakes, found before anything is paid. */
export function warningsOf(
  job: ResolvedJob,
  catalogue: readonly CatalogueEvaluator[],
  { priceOf, countTokens }: { readonly priceOf: PriceOf; readonly countTokens: (text: string) => number },
): JobWarning[] {
  const warnings: JobWarning[] = [];
  const warn = (code: string, message: string) => warnings.push({ code, message });
  const { rows } = job.dataset;
  for (const split of ['train', 'validation', 'test'] as const) {
    if (rows[split] > 0 && rows[split] < TINY[split]) {
      warn(
        'tiny-split',
        `${split} has only ${counted(rows[split], 'row')}; below ${TINY[split]} a real gain is hard to tell from luck`,
      );
    }
  }
  if (job.budget.confirmationRollouts === 0)
    warn('no-verdict', 'budget.confirmationRollouts is 0: the winner will not be compared on the sealed split');
  // What combines others measures what they do.
  const combining = new Set(catalogue.filter(({ needs }) => needs.includes('scores')).map(({ type }) => type));
  const types = job.suite.evaluators.map((spec) => spec.type).filter((type) => !combining.has(type));
  if (types.every((type) => STYLE_TYPES.has(type))) {
    warn('style-only', 'the suite measures form and cost only; add an evaluator of task success');
  } else {
    const headline = headlineOf(job.objectives).metric;
    const base = parseMetric(headline)?.base;
    const measured = job.suite.evaluators.find(({ id }) => id === base);
    if (measured && STYLE_TYPES.has(measured.type))
      warn(
        'style-headline',
        `the headline "${headline}" (${measured.type}) is form or cost, while the suite measures task success, too; make that the headline, and this a limit`,
      );
  }
  const limit = tokenLimit(job);
  const tokens = promptTokens(job.prompt, countTokens);
  if (limit !== undefined && tokens > limit)
    warn(
      'baseline-over-limit',
      `the baseline has ${tokens} tokens and the limit is ${limit}: it breaks a hard constraint itself, and only shorter prompts can win; raise the limit, or compress first`,
    );
  const unpriced = [...new Set(billedModels(job).flatMap((model) => (priceOf(model) ? [] : [model.model])))];
  if (unpriced.length > 0)
    warn(
      'no-price',
      `no price is known for ${unpriced.join(', ')}: cost is not counted, and budget.usd cannot be set; add it to the file of PARETUNE_PRICES`,
    );
  if (!types.some((type) => SAFETY_TYPES.has(type))) {
    warn(
      'no-safety-metric',
      'no evaluator watches safety (content-safety, pii, secrets, refusal): a gain may be paid for with harm',
    );
  }
  const unpinned = (path: string, model: ModelConfig | null) => {
    if (model && isBilled(model) && !PINNED.test(model.model)) {
      warn(
        'unpinned-model',
        `${path} "${model.model}" is not a dated snapshot: the provider may change it under the same name`,
      );
    }
  };
  unpinned('models.task', job.models.task);
  for (const [path, model] of Object.entries(job.models)) {
    const ignored = model ? ignoredParameters(model) : [];
    if (model && ignored.length > 0)
      warn('ignored-parameter', `models.${path} "${model.model}" does not take ${ignored.join(', ')}: not sent`);
  }
  const judges = new Map(
    job.suite.evaluators
      .filter((spec) => catalogue.find((known) => known.type === spec.type)?.grader)
      .flatMap((spec) => judgesOf(spec, job.models.judge).map((judge) => [judge.model, { spec, judge }] as const)),
  );
  for (const { spec, judge } of judges.values()) {
    unpinned(spec.panel || spec.judge ? `the judge of "${spec.id}"` : 'models.judge', judge);
    if (judge.model === job.models.task.model)
      warn('judge-is-task-model', `"${judge.model}" judges its own answers; use another model as judge`);
  }
  return warnings;
}

/** Words of a sentence that forbids or insists: what a team put in after something went wrong. */
const GUARDRAIL =
  /\b(?:never|must not|mustn't|do not|don't|under no circumstances|not allowed|forbidden|refuse|always ask|only if|confidential|private|personal data)\b/i;

/** Sentences of the baseline that forbid something and are gone, word for word, from the winner: a person should look. */
export function guardrailWarnings(baseline: Components, winner: Components): JobWarning[] {
  const gone = Object.entries(baseline).flatMap(([id, before]) => {
    const after = normalised(winner[id] ?? '');
    return sentences(before).filter((sentence) => GUARDRAIL.test(sentence) && !after.includes(normalised(sentence)));
  });
  return gone.length === 0
    ? []
    : [
        {
          code: 'guardrail-changed',
          message: `not in the winner word for word: ${counted(gone.length, 'sentence')} of the baseline that ${gone.length === 1 ? 'forbids' : 'forbid'} something, such as ${JSON.stringify(gone[0]?.slice(0, 160))}; list what must stay under "protected"`,
        },
      ];
}

const normalised = (text: string) => text.toLowerCase().replace(/\s+/g, ' ').trim();
const sentences = (text: string) => text.split(/(?<=[.!?])\s+|\n+/).filter((sentence) => sentence.trim() !== '');
