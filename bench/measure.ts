import { z } from 'zod';
import type { SimulatedModel } from '../fixtures/simulated-model/index.ts';
import { generateRows, loadTask, optimumTexts, type Split, trueScore } from '../fixtures/tasks/index.ts';
import type { Objective } from '../src/domain/objective.ts';
import { promptContentSchema, withComponents } from '../src/domain/prompt.ts';
import { countTokens } from '../src/models/tokens.ts';
import { contestantSchema } from './contestants.ts';
import { type BenchRun, runBenchJob } from './harness.ts';
import { worldOf } from './worlds.ts';

/** One job of the comparison. */
export const assignmentSchema = z.strictObject({
  contestant: contestantSchema,
  world: z.string(),
  task: z.string(),
  /** Search rollouts that the job may spend. */
  budget: z.int(),
  seed: z.int(),
  /** Sealed rows on which the job confirms; 0 = no confirmation. */
  sealedRows: z.int(),
  concurrency: z.int(),
});
export type Assignment = z.infer<typeof assignmentSchema>;

const amount = z.number();
export const measuredSchema = z.strictObject({
  /** True held-out score of the job's winner. */
  score: amount,
  baseline: amount,
  optimum: amount,
  /** What the job would have answered with after so many search rollouts and tokens of all models; true scores. */
  curve: z.array(z.strictObject({ rollouts: amount, tokens: amount, score: amount })),
  rollouts: amount,
  tokens: z.strictObject({ task: amount, reflection: amount, judge: amount }),
  reflections: amount,
  seconds: amount,
  /** The winner's headline on validation, as the job reports it. */
  reported: amount.nullable(),
  stop: z.string(),
  /** What the confirmation reports of the winner on the sealed rows. */
  sealed: z.strictObject({ decision: z.string(), score: amount.nullable() }).nullable(),
});
export type Measured = z.infer<typeof measuredSchema>;

/**
 * Runs one job and judges it by the truth. Each seed is another landscape (other rules, other frequencies, other rows), so that equal task,
 * seed and world are the same problem for every optimizer. The server is one of the job's world; it forgets what it was asked before: answers depend on the job alone.
 */
export async function measure(assignment: Assignment, server: SimulatedModel): Promise<Measured> {
  const { contestant, task: name, seed, sealedRows } = assignment;
  const { world, rows, noisy, tokenRoom } = worldOf(assignment.world);
  const task = loadTask(name, { world });
  const rowsOf = (split: Split, count: number) =>
    generateRows(name, { seed: 7_000 + seed, count, vocabulary: seed, world, split });
  // Where rows have one part, the truth counts rows that are right, whatever part of a score an evaluator gives.
  const headline = `${task.suite.evaluators[0]?.id}${(world.parts ?? 1) > 1 ? '' : '.passRate'}`;
  const optimum = optimumTexts(name, { vocabulary: seed, world });
  server.reset();
  const run = await runBenchJob(
    {
      name,
      prompt: task.prompt,
      suite: task.suite,
      objectives: [
        { metric: headline, goal: 'maximize', headline: true },
        ...(tokenRoom === null ? [] : [tokenLimit(task.prompt, optimum, tokenRoom)]),
      ],
      rows: {
        train: rowsOf('train', rows.train),
        validation: rowsOf('validation', Math.min(rows.validation, contestant.validationRows ?? Infinity)),
        test: rowsOf('truth', sealedRows),
      },
      optimizer: contestant,
      taskModel: noisy ? { model: 'sim-task-noisy', temperature: 1 } : { model: 'sim-task', temperature: 0 },
      rollouts: assignment.budget,
      // The baseline and at most three finalists.
      confirmationRollouts: 4 * sealedRows,
      seed,
      concurrency: assignment.concurrency,
    },
    server.url,
  );
  if (run.outcome.status !== 'succeeded') throw new Error(run.outcome.error ?? `the job ${run.outcome.status}`);
  const truth = (components: Readonly<Record<string, string>>) =>
    trueScore(name, components, undefined, { vocabulary: seed, world, noisy });
  return judged(run, truth, truth(optimum), headline);
}

/** Rounded up to tens, as a user would set it. */
function tokenLimit(prompt: unknown, optimum: Readonly<Record<string, string>>, room: number): Objective {
  const full = withComponents(promptContentSchema.parse(prompt), optimum);
  const messages = 'steps' in full ? full.steps.flatMap((step) => step.prompt.messages) : full.messages;
  const tokens = messages.reduce((sum, { content }) => sum + countTokens(content), 0);
  return { metric: 'promptTokens', goal: 'minimize', limit: Math.ceil((tokens * room) / 10) * 10 };
}

function judged(
  run: BenchRun,
  truth: (components: Readonly<Record<string, string>>) => number,
  optimum: number,
  headline: string,
): Measured {
  const { outcome, record } = run;
  const known = new Map<string, number>();
  const scoreOf = (id: string): number => {
    const score = known.get(id) ?? truth(record.candidates.find((each) => each.id === id)?.components ?? {});
    known.set(id, score);
    return score;
  };
  const rollouts = record.rollouts.filter(({ purpose }) => purpose === 'search').length;
  const { tokens } = run;
  const score = scoreOf(outcome.winner.id);
  const points = record.curve.map((point) => ({
    rollouts: point.rollouts,
    tokens: point.tokens,
    score: scoreOf(point.best),
  }));
  return {
    score,
    baseline: scoreOf(outcome.baseline.id),
    optimum,
    curve: [...points, { rollouts, tokens: tokens.task + tokens.reflection + tokens.judge, score }],
    rollouts,
    tokens,
    reflections: run.reflections,
    seconds: run.seconds,
    reported: outcome.winnerValues?.[headline] ?? null,
    stop: outcome.stopReason,
    sealed: outcome.verdict && {
      decision: outcome.verdict.decision,
      score: outcome.verdict.metrics.find(({ metric }) => metric === headline)?.winner ?? null,
    },
  };
}
