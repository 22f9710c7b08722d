import type { CatalogueEvaluator } from '../src/lab/evaluator.ts';
import { allOf } from './all-of.ts';
import { anyOf } from './any-of.ts';
import { bleu } from './bleu.ts';
import { choice } from './choice.ts';
import { findByType } from './common/find-by-type.ts';
import { contains } from './contains.ts';
import { containsAll } from './contains-all.ts';
import { containsAny } from './contains-any.ts';
import { containsLink } from './contains-link.ts';
import { cost } from './cost.ts';
import { embeddingSimilarity } from './embedding-similarity.ts';
import { endsWith } from './ends-with.ts';
import { exactMatch } from './exact-match.ts';
import { finishReason } from './finish-reason.ts';
import { answerRelevancy } from './graded/answer-relevancy.ts';
import { bias } from './graded/bias.ts';
import { closedQa } from './graded/closed-qa.ts';
import { completeness } from './graded/completeness.ts';
import { contentSafety } from './graded/content-safety.ts';
import { contextRecall } from './graded/context-recall.ts';
import { contextRelevance } from './graded/context-relevance.ts';
import { factualAccuracy } from './graded/factual-accuracy.ts';
import { faithfulness } from './graded/faithfulness.ts';
import { groundedness } from './graded/groundedness.ts';
import { judgedRowChecksOver } from './graded/judged-row-checks.ts';
import { pairwise } from './graded/pairwise.ts';
import { promptAdherence } from './graded/prompt-adherence.ts';
import { promptInjection } from './graded/prompt-injection.ts';
import { rubric } from './graded/rubric.ts';
import { summaryQuality } from './graded/summary-quality.ts';
import { taskCompletion } from './graded/task-completion.ts';
import { tone } from './graded/tone.ts';
import { toolSelectionAccuracy } from './graded/tool-selection-accuracy.ts';
import { toxicity } from './graded/toxicity.ts';
import { trajectoryGoal } from './graded/trajectory-goal.ts';
import { http } from './http.ts';
import { icontains } from './icontains.ts';
import { icontainsAll } from './icontains-all.ts';
import { icontainsAny } from './icontains-any.ts';
import { jsonFields } from './json-fields.ts';
import { jsonSchema } from './json-schema.ts';
import { jsonSimilarity } from './json-similarity.ts';
import { jsonValid } from './json-valid.ts';
import { language } from './language.ts';
import { latency } from './latency.ts';
import { levenshtein } from './levenshtein.ts';
import { listContains } from './list-contains.ts';
import { notContains } from './not-contains.ts';
import { numeric } from './numeric.ts';
import { oneLine } from './one-line.ts';
import { outputTokens } from './output-tokens.ts';
import { pii } from './pii.ts';
import { promptTokens } from './prompt-tokens.ts';
import { refusal } from './refusal.ts';
import { regex } from './regex.ts';
import { rougeL } from './rouge-l.ts';
import { rougeN } from './rouge-n.ts';
import { rowChecksOver } from './row-checks.ts';
import { secrets } from './secrets.ts';
import { sqlValid } from './sql-valid.ts';
import { startsWith } from './starts-with.ts';
import { stepCount } from './step-count.ts';
import { tokenF1 } from './token-f1.ts';
import { toolCalls } from './tool-calls.ts';
import { weighted } from './weighted.ts';
import { wordCount } from './word-count.ts';
import { xmlValid } from './xml-valid.ts';

/** Those whose grader is a prompt of ours. */
const graders: readonly CatalogueEvaluator[] = [
  taskCompletion,
  promptAdherence,
  answerRelevancy,
  completeness,
  factualAccuracy,
  groundedness,
  faithfulness,
  contextRelevance,
  contextRecall,
  summaryQuality,
  tone,
  contentSafety,
  toxicity,
  bias,
  promptInjection,
  toolSelectionAccuracy,
  trajectoryGoal,
  closedQa,
  rubric,
  pairwise,
];

/** Checks of rows take the deterministic ones that look at one rollout alone. */
const rowChecks = rowChecksOver((type) => {
  const found = checkable(type);
  return found && !found.grader && !found.remote ? found : undefined;
});

/** These may ask a model as well: one call each, of the judge or for the embeddings. */
const judgedRowChecks = judgedRowChecksOver((type) => {
  const found = checkable(type);
  return found?.remote && found !== embeddingSimilarity ? undefined : found;
}, graders);

const checkable = (type: string) =>
  evaluators.find(
    (each) => each.type === type && !each.needs.includes('scores') && each !== rowChecks && each !== judgedRowChecks,
  );

/** The catalogue. Adding an evaluator: its file, and a line here. */
export const evaluators: readonly CatalogueEvaluator[] = [
  exactMatch,
  contains,
  notContains,
  containsAny,
  containsAll,
  icontains,
  icontainsAny,
  icontainsAll,
  startsWith,
  endsWith,
  regex,
  numeric,
  choice,
  jsonValid,
  jsonSchema,
  jsonFields,
  jsonSimilarity,
  xmlValid,
  sqlValid,
  listContains,
  levenshtein,
  tokenF1,
  rougeL,
  rougeN,
  bleu,
  embeddingSimilarity,
  wordCount,
  oneLine,
  language,
  containsLink,
  refusal,
  pii,
  secrets,
  toolCalls,
  stepCount,
  finishReason,
  latency,
  cost,
  promptTokens,
  outputTokens,
  ...graders,
  weighted,
  allOf,
  anyOf,
  rowChecks,
  judgedRowChecks,
  http,
];

/** The evaluator of this type; an unknown one is refused with the nearest name and the list of valid types. */
export function findEvaluator(type: string, path = 'type'): CatalogueEvaluator {
  return findByType(evaluators, type, path);
}
