import { index, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import type { JudgeCard } from '../../domain/judge-card.ts';
import { exactJson, instant } from './columns.ts';
import { projectId } from './projects.ts';

/** What calibrations found. The id is that of the calibration's job. */
export const judgeCards = pgTable(
  'judge_cards',
  {
    projectId: projectId(),
    id: text().notNull(),
    evaluatorVersion: text().notNull(),
    card: exactJson<JudgeCard>().notNull(),
    createdAt: instant().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.projectId, t.id] }),
    index('judge_cards_by_version').on(t.projectId, t.evaluatorVersion, t.createdAt),
    index('judge_cards_by_age').on(t.projectId, t.createdAt, t.id),
  ],
);
