import type { ReactNode } from 'react';
import type { Job } from '../../../../src/client/index.ts';
import { formatCount } from '../../../../src/domain/figures.ts';
import { Moment } from '../../components/moment.tsx';
import { Section } from '../../components/section.tsx';
import { VersionLink } from '../../components/version-link.tsx';
import { optimizerText, type Resolved } from '../../data/resolved.ts';
import classes from './job-facts.module.css';

/** What the job was given. */
export function JobFacts({ job, resolved }: { readonly job: Job; readonly resolved: Resolved }) {
  const { dataset, models } = resolved;
  const { train, validation, test } = dataset.rows;
  const facts: readonly (readonly [string, ReactNode])[] = [
    ['Prompt', <VersionLink key="prompt" of="prompts" reference={resolved.promptRef ?? 'given with the job'} />],
    ['Dataset', <VersionLink key="dataset" of="datasets" reference={dataset.ref} />],
    ['Rows', `${formatCount(train)} train, ${formatCount(validation)} validation, ${formatCount(test)} test (sealed)`],
    ['Suite', <VersionLink key="suite" of="suites" reference={resolved.suiteRef ?? 'given with the job'} />],
    ['Optimizer', optimizerText(resolved)],
    ...(['task', 'reflection', 'judge'] as const).flatMap((role): [string, ReactNode][] => {
      const model = models[role];
      return model ? [[`Model, ${role}`, `${model.provider}: ${model.model}`]] : [];
    }),
    ['Seed', String(resolved.seed)],
    ['Submitted', <Moment key="at" at={job.createdAt} />],
    ['Started', job.startedAt === null ? 'not yet' : <Moment key="at" at={job.startedAt} />],
    ['Ended', job.endedAt === null ? 'not yet' : <Moment key="at" at={job.endedAt} />],
    ['Job', job.id],
  ];
  return (
    <Section title="Given">
      <dl className={classes.list}>
        {facts.map(([name, value]) => (
          <div key={name} className={classes.fact}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}
