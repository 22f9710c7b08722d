import { List, Stack, Text } from '@mantine/core';
import { ApiProblem } from '../../../../src/client/index.ts';
import { formatCount, formatUsd } from '../../../../src/domain/figures.ts';
import type { DryRunView } from '../../../../src/domain/views/job-view.ts';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { Section } from '../../components/section.tsx';
import type { useDryRun } from '../../data/new-job.ts';

/** What the service would say to the job, and what it would cost at most. */
export function ChecksPanel({ dryRun }: { readonly dryRun: ReturnType<typeof useDryRun> }) {
  if (dryRun.isError) {
    if (!(dryRun.error instanceof ApiProblem) || dryRun.error.errors.length === 0)
      return <ProblemAlert error={dryRun.error} />;
    return (
      <Section title="Not ready yet">
        <List size="sm" spacing={6}>
          {dryRun.error.errors.map(({ path, message }) => (
            <List.Item key={`${path} ${message}`} style={{ overflowWrap: 'anywhere' }}>
              <b>{path}</b>: {message}
            </List.Item>
          ))}
        </List>
      </Section>
    );
  }
  if (!dryRun.data)
    return (
      <Text size="sm" c="dimmed">
        The checks and the estimate come as soon as something is filled in. Nothing is paid by them.
      </Text>
    );
  return (
    <Stack gap="lg">
      <Estimate plan={dryRun.data} />
      <Checks checks={dryRun.data.checks} />
    </Stack>
  );
}

function Estimate({ plan: { estimate, advice } }: { readonly plan: DryRunView }) {
  const most = (value: number | null, format: (value: number) => string) =>
    value === null ? 'not bounded' : format(value);
  return (
    <Section title="At most">
      <Text size="sm">
        {most(estimate.rollouts, (value) => `${formatCount(value)} rollouts`)},{' '}
        {most(estimate.tokens, (value) => `${formatCount(Math.round(value))} tokens`)},{' '}
        {estimate.usd === null ? 'cost not known (no price, or no bound)' : formatUsd(estimate.usd)}
      </Text>
      <Text size="sm">
        {advice.proposals === null ? 'Nothing bounds the search.' : `About ${formatCount(advice.proposals)} proposals.`}{' '}
        {advice.minimumDetectableEffect === null
          ? `On ${advice.testRows} test rows the verdict can show no gain.`
          : `On ${advice.testRows} test rows the verdict shows true gains from ${advice.minimumDetectableEffect.toFixed(3)} on.`}
      </Text>
    </Section>
  );
}

const SIGNS = { ok: '✓', warning: '!', refused: '✕' } as const;
const WORDS = { ok: 'all right', warning: 'warning', refused: 'would be refused' } as const;

function Checks({ checks }: Pick<DryRunView, 'checks'>) {
  const found = checks.filter(({ level }) => level !== 'ok');
  const fine = checks.length - found.length;
  return (
    <Section title="Checks">
      {found.map(({ code, title, level, findings }) => (
        <div key={code}>
          <Text size="sm" fw={550}>
            <span aria-hidden>{SIGNS[level]} </span>
            {title}: {WORDS[level]}
          </Text>
          {findings.map((finding) => (
            <Text key={finding} size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
              {finding}
            </Text>
          ))}
        </div>
      ))}
      <Text size="sm" c="dimmed">
        {fine} of {checks.length} checks found nothing.
      </Text>
    </Section>
  );
}
