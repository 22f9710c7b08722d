import { ParetuneError } from '../domain/errors.ts';
import type { JudgeCard, JudgeCardView } from '../domain/judge-card.ts';
import type { ModelConfig } from '../domain/model.ts';
import { judgesOf, type Suite } from '../domain/suite.ts';
import { CARD_CODES, cardWarnings } from '../lab/card-warnings.ts';
import type { CatalogueEvaluator } from '../lab/evaluator.ts';
import { evaluatorVersions } from '../lab/evaluator-versions.ts';
import type { Page } from '../store/cursor.ts';
import type { Database } from '../store/database.ts';
import { findJudgeCard, listJudgeCards, newestJudgeCards } from '../store/judge-cards.ts';
import type { Scope } from '../store/scope.ts';
import type { PageRequest } from './page.ts';

/** What is known of the judges of one model-graded evaluator of a suite. */
export interface JudgeStanding {
  /** Id in the suite. */
  readonly evaluator: string;
  /** Absent judges are those of the job that uses the suite. */
  readonly judges: readonly ModelConfig[];
  readonly card: JudgeCard | null;
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
}

export type JudgeRegistry = ReturnType<typeof createJudgeRegistry>;

/** Judge cards, and how the judges of a suite stand by them. Every function takes the scope first. */
export function createJudgeRegistry({
  database: { db },
  catalogue,
}: {
  readonly database: Database;
  readonly catalogue: readonly CatalogueEvaluator[];
}) {
  return {
    /** Newest first. */
    async list(scope: Scope, request: PageRequest): Promise<Page<JudgeCardView>> {
      const { items, nextCursor } = await listJudgeCards(db, scope, request);
      return { items: items.map(shown), nextCursor };
    },

    /** Throws `not_found`. */
    async get(scope: Scope, id: string): Promise<JudgeCardView> {
      const card = await findJudgeCard(db, scope, id);
      if (!card) throw new ParetuneError('not_found', `there is no judge card "${id}" in this project`);
      return shown(card);
    },

    /**
     * The model-graded evaluators of a suite with the newest card of each. A card is about one version of an evaluator: another judge,
     * grader prompt, option or threshold is another version, and has no card until it is calibrated.
     *
     * @param fallback - The judge of the job, where the suite does not name one.
     */
    async standing(scope: Scope, suite: Suite, fallback: ModelConfig | null): Promise<JudgeStanding[]> {
      const graded = suite.evaluators.filter((spec) => catalogue.find(({ type }) => type === spec.type)?.grader);
      const versions = evaluatorVersions(suite, fallback, catalogue);
      const cards = await newestJudgeCards(
        db,
        scope,
        graded.flatMap(({ id }) => versions[id] ?? []),
      );
      return graded.map((spec) => {
        const judges = judgesOf(spec, fallback);
        const card = cards.get(versions[spec.id] ?? '') ?? null;
        return {
          evaluator: spec.id,
          judges,
          card,
          warnings: judges.length === 0 ? [] : card ? cardWarnings(card, spec.id) : [uncalibrated(spec.id, judges)],
        };
      });
    },
  };
}

const UNCALIBRATED = 'judge-uncalibrated';
const STANDING_CODES: readonly string[] = [UNCALIBRATED, ...CARD_CODES];

type Warning = JudgeStanding['warnings'][number];

/**
 * Warnings as they were stored, but about judges those of now: a judge may be calibrated, and exposed, after it has judged.
 *
 * @param judges - How those of the suite stand now.
 */
export const withStanding = (stored: readonly Warning[], judges: readonly JudgeStanding[]): Warning[] => [
  ...stored.filter(({ code }) => !STANDING_CODES.includes(code)),
  ...judges.flatMap(({ warnings }) => warnings),
];

const shown = (card: JudgeCard): JudgeCardView => ({ ...card, warnings: cardWarnings(card, card.evaluator.type) });

function uncalibrated(id: string, judges: readonly ModelConfig[]) {
  const names = judges.map(({ model }) => `"${model}"`).join(', ');
  return {
    code: UNCALIBRATED,
    message: `nobody has compared the judge of "${id}" (${names}) with human labels: run "paretune judges calibrate" on some fifty labelled rows before you rely on it`,
  };
}
