import { z } from 'zod';
import type { Best, Job } from '../client/index.ts';
import { jsonObjectSchema, jsonSchema } from '../domain/json.ts';
import { stableJson } from './files/stable-json.ts';
import { plain, score } from './format.ts';
import { promptMarkdown } from './prompt-text.ts';

/** What the files need of a resolved job. */
const resolvedSchema = z.looseObject({
  name: z.string(),
  prompt: jsonObjectSchema,
  promptRef: z.string().nullable(),
  dataset: z.looseObject({ ref: z.string(), sha256: z.string(), rows: z.record(z.string(), z.number()) }),
  split: jsonSchema.nullable(),
  suite: jsonSchema,
  suiteRef: z.string().nullable(),
  objectives: jsonSchema,
  optimizer: jsonSchema,
  models: z.looseObject({ task: jsonSchema }),
  budget: jsonSchema,
  aaRows: z.number().default(0),
  ablation: z.boolean().default(false),
  concurrency: z.number(),
  seed: z.number(),
});
export type ResolvedForFiles = z.infer<typeof resolvedSchema>;

export const resolvedOf = (job: Pick<Job, 'resolved'>): ResolvedForFiles => resolvedSchema.parse(job.resolved);

const withoutNulls = (value: object) => Object.fromEntries(Object.entries(value).filter(([, each]) => each !== null));

/** The request that gives this job again: every reference pinned to the version that was used. */
function requestOf(resolved: ResolvedForFiles): object {
  const { name, prompt, promptRef, dataset, split, suite, suiteRef, objectives, optimizer, models, budget } = resolved;
  return withoutNulls({
    name,
    prompt: promptRef ?? prompt,
    dataset: dataset.ref,
    split,
    suite: suiteRef ?? suite,
    objectives,
    optimizer,
    models: withoutNulls(models),
    budget,
    aaRun: resolved.aaRows > 0 ? resolved.aaRows : false,
    ablation: resolved.ablation,
    concurrency: resolved.concurrency,
    seed: resolved.seed,
  });
}

export interface Pulled {
  readonly name: string;
  readonly job: Job;
  readonly best: Best;
  /** `name@N` of the draft; null when it was not imported. */
  readonly draft: string | null;
}

/** The winner as files, by name: equal jobs give equal bytes, so that a diff shows what really changed. */
export function pulledFiles(pulled: Pulled): ReadonlyMap<string, string> {
  const { job, best } = pulled;
  const resolved = resolvedOf(job);
  const { ref, sha256, rows } = resolved.dataset;
  return new Map([
    ['prompt.json', stableJson(best.prompt)],
    ['prompt.md', `# ${pulled.name}\n\n${promptMarkdown(best.prompt)}`],
    ['model.json', stableJson(withoutNulls(resolved.models))],
    ['dataset.json', stableJson({ ref, sha256, rows, split: resolved.split })],
    ['metrics.json', stableJson(metricsOf(best))],
    ['job.json', stableJson(requestOf(resolved))],
    ['REPRODUCE.md', reproduce(pulled, resolved)],
  ]);
}

function metricsOf({ candidateId, isBaseline, scores, test, verdict }: Best): object {
  return {
    candidate: candidateId,
    isBaseline,
    sealed: test,
    validation: scores,
    verdict: verdict && {
      decision: verdict.decision,
      reason: verdict.reason,
      metrics: verdict.metrics,
      constraints: verdict.constraints,
    },
  };
}

function reproduce({ name, job, best, draft }: Pulled, resolved: ResolvedForFiles): string {
  const figures = Object.keys(best.test?.winner ?? {}).map(
    (metric) => `| ${metric} | ${score(best.test?.baseline[metric])} | ${score(best.test?.winner[metric])} |`,
  );
  return `${[
    `# Where \`${name}\` comes from`,
    '',
    `Candidate ${best.candidateId} of job \`${job.id}\`${draft === null ? '' : `, draft version \`${draft}\``}.`,
    ...(best.verdict
      ? [`Verdict: **${best.verdict.decision}**. ${plain(best.verdict.reason)}`]
      : ['There is no verdict.']),
    ...(figures.length === 0
      ? []
      : [
          '',
          `On ${best.test?.rows} sealed test rows:`,
          '',
          '| Metric | Baseline | Winner |',
          '| --- | --- | --- |',
          ...figures,
        ]),
    '',
    'The same job again, from the folder of this file:',
    '',
    '```sh',
    'paretune submit job.json --watch',
    '```',
    '',
    `- seed: ${resolved.seed}`,
    `- resolved job: sha256 \`${job.resolvedSha256}\``,
    `- dataset: \`${resolved.dataset.ref}\`, sha256 \`${resolved.dataset.sha256}\``,
    '',
    'The same seed and the same model answers give the same search; a model that answers otherwise may lead to another winner.',
  ].join('\n')}\n`;
}
