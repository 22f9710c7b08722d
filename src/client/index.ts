export type { RolloutView as Rollout } from '../domain/views/job-view.ts';
export { type Client, createClient } from './client.ts';
export { ApiProblem, type ProblemCode, ServiceUnreachable } from './errors.ts';
export type { ClientEvent, EventOptions } from './events.ts';
export type { CalibrationBody } from './resources/calibrations.ts';
export type { ComparisonQuery, EvaluationBody } from './resources/evaluations.ts';
export { hasEnded, type ImportBody, type JobBody, type RolloutQuery } from './resources/jobs.ts';
export type { KeyBody } from './resources/keys.ts';
export { ROW_TYPES, type RowFilter, type Upload } from './resources/registry.ts';
export type { ScheduleBody } from './resources/schedules.ts';
export type { StandingsQuery } from './resources/search.ts';
export type { TransportOptions } from './transport.ts';
export type {
  Best,
  Calibration,
  Candidate,
  CandidateWithScores,
  CatalogueEntry,
  Comparison,
  DatasetRow,
  DatasetVersion,
  Evaluation,
  Job,
  JudgeCardAnswer,
  JudgeStanding,
  Lineage,
  Page,
  PromptVersion,
  Refusals,
  Replay,
  Standings,
  SuiteVersion,
  Version,
  WirePrompt,
  WireSinglePrompt,
} from './wire.ts';
export { messagesOf, stepsOf } from './wire.ts';
