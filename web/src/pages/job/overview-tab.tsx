import { Grid, Stack } from '@mantine/core';
import { useOutletContext } from 'react-router';
import type { Job } from '../../../../src/client/index.ts';
import { resolvedOf } from '../../data/resolved.ts';
import { CurveSection } from './curve-section.tsx';
import { FrontierSection } from './frontier-section.tsx';
import { JobFacts } from './job-facts.tsx';
import { ObjectivesSection } from './objectives-section.tsx';
import { Outcome } from './outcome.tsx';
import { RefusalsSection } from './refusals-section.tsx';
import { BudgetSection, RolesSection } from './spend-sections.tsx';
import { Warnings } from './warnings.tsx';

/** What a job does, and what came of it, at a glance. */
export function Component() {
  const job = useOutletContext<Job>();
  const resolved = resolvedOf(job);
  return (
    <Grid gap="xl">
      <Grid.Col span={{ base: 12, lg: 8 }}>
        <Stack gap="xl">
          <Outcome job={job} />
          {resolved && <CurveSection job={job} resolved={resolved} />}
          <ObjectivesSection job={job} />
          {resolved && resolved.objectives.length > 1 && <FrontierSection job={job} resolved={resolved} />}
          <RefusalsSection job={job} />
        </Stack>
      </Grid.Col>
      <Grid.Col span={{ base: 12, lg: 4 }}>
        <Stack gap="xl">
          <BudgetSection job={job} />
          <RolesSection job={job} />
          <Warnings warnings={job.warnings} />
          {resolved && <JobFacts job={job} resolved={resolved} />}
        </Stack>
      </Grid.Col>
    </Grid>
  );
}
