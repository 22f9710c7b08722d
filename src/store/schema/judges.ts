import { index, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import type { JudgeCard } from '../../domain/judge-card.ts';
import { exactJson, instant } from './columns.ts';
import { projectId } from './projects.ts';

/** What calibrations found. Their calls and scores stand in the tables of the record, under the card's id. */
export const judgeCards = pgTable(
  'judge_cards',
  {
    projectId: projectId(),
    id: text().notNull(),
    /** Hash of what was calibrated, and on what. */
    requestHash: text().notNull(),
    evaluatorVersion: text().notNull(),
    card: exactJson<JudgeCard>().notNull(),
    createdAt: instant().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.projectId, t.id] }),
    index('judge_cards_by_version').on(t.projectId, t.evaluatorVersion, t.createdAt),
    index('judge_cards_by_age').on(t.projectId, t.createdAt, t.id),
    index('judge_cards_by_request').on(t.projectId, t.requestHash),
  ],
);
