import { Alert, Badge, Group, Stack, Text, Title } from '@mantine/core';
import type { Rollout } from '../../../../src/client/index.ts';
import { formatCount, formatCounted, formatMetric, formatUsd } from '../../../../src/domain/figures.ts';
import { Figures } from '../../components/figures.tsx';
import { Section } from '../../components/section.tsx';
import { TextBlock } from '../../components/text-block.tsx';
import { type Step, stepsOfRollout, textOf, usdOf } from '../../data/step-trace.ts';
import classes from './rollout-view.module.css';

/** One run: the answer, what each evaluator says of it, and the requests that were sent. */
export function RolloutView({ rollout }: { readonly rollout: Rollout }) {
  const steps = stepsOfRollout(rollout.steps);
  return (
    <>
      <Section title="The answer">
        <Stack gap="sm">
          {rollout.error && (
            <Alert color="red" variant="light" title={`No usable answer: ${rollout.error.category}`}>
              {rollout.error.message}
            </Alert>
          )}
          <TextBlock label="Output" text={rollout.output} />
          <Totals rollout={rollout} steps={steps} />
        </Stack>
      </Section>
      <Scores rollout={rollout} />
      {steps.map((step, place) => (
        <StepView key={step.callId ?? place} step={step} of={steps.length} />
      ))}
      {steps.length === 0 && (
        <Text size="sm" c="dimmed">
          The record holds no request of this run.
        </Text>
      )}
    </>
  );
}

function Totals({ rollout, steps }: { readonly rollout: Rollout; readonly steps: readonly Step[] }) {
  const sum = (of: (step: Step) => number) => steps.reduce((total, step) => total + of(step), 0);
  const usd = steps.map(usdOf);
  const cached = sum(({ usage }) => usage?.cachedInputTokens ?? 0);
  return (
    <Figures
      of={[
        { label: 'Purpose', value: rollout.purpose },
        {
          label: 'Input',
          value: `${formatCounted(
            sum(({ usage }) => usage?.inputTokens ?? 0),
            'token',
          )}${cached > 0 ? `, ${formatCount(cached)} of them cached` : ''}`,
        },
        {
          label: 'Output',
          value: formatCounted(
            sum(({ usage }) => usage?.outputTokens ?? 0),
            'token',
          ),
        },
        {
          label: 'Cost',
          value: usd.some((each) => each === null)
            ? 'no price known'
            : formatUsd(usd.reduce<number>((a, b) => a + (b ?? 0), 0)),
        },
        {
          label: 'Latency',
          value: formatMetric(
            'latency',
            sum(({ latencyMs }) => latencyMs ?? 0),
          ),
        },
      ]}
    />
  );
}

function Scores({ rollout }: { readonly rollout: Rollout }) {
  const scores = Object.entries(rollout.scores);
  return (
    <Section title="What the evaluators say">
      {scores.length === 0 && (
        <Text size="sm" c="dimmed">
          No evaluator scored this run.
        </Text>
      )}
      <Stack gap="sm">
        {scores.map(([evaluator, { value, pass, feedback, category, details }]) => (
          <div key={evaluator} className={classes.score}>
            <Group gap="xs">
              <Text size="sm" fw={550}>
                {evaluator}
              </Text>
              <Text size="sm">{value === null ? 'not measurable' : formatMetric(evaluator, value)}</Text>
              {value !== null && (
                <Badge color={pass ? 'green' : 'red'} leftSection={<span aria-hidden>{pass ? '✓' : '✕'}</span>}>
                  {pass ? 'passed' : 'failed'}
                </Badge>
              )}
              {category !== null && <Badge color="gray">{category}</Badge>}
            </Group>
            {feedback !== '' && (
              <Text size="sm" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
                {feedback}
              </Text>
            )}
            {details && Object.keys(details).length > 0 && (
              <details className={classes.details}>
                <summary>Details</summary>
                <pre>{JSON.stringify(details, null, 2)}</pre>
              </details>
            )}
          </div>
        ))}
      </Stack>
    </Section>
  );
}

function StepView({ step, of }: { readonly step: Step; readonly of: number }) {
  const title = of === 1 ? 'The request, as it was sent' : `Step ${step.component}: the request, as it was sent`;
  return (
    <section>
      <Title order={2} mb="xs">
        {title}
      </Title>
      <Stack gap="sm">
        {step.messages.map(({ role, content }, place) => {
          const label = `Message ${place + 1}, ${role}`;
          return <TextBlock key={label} label={label} text={textOf(content)} />;
        })}
        {step.messages.length === 0 && (
          <Text size="sm" c="dimmed">
            The record holds no messages of this step.
          </Text>
        )}
        {of > 1 && <TextBlock label={`Answer of ${step.component}`} text={step.output} />}
        {step.toolCalls.length > 0 && (
          <TextBlock label="Tool calls" text={step.toolCalls.map((call) => JSON.stringify(call, null, 2)).join('\n')} />
        )}
        <Figures
          of={[
            { label: 'Ended because', value: step.finish ?? 'not recorded' },
            ...(of > 1 ? [{ label: 'Latency', value: formatMetric('latency', step.latencyMs ?? null) }] : []),
            { label: 'Call', value: <code>{step.callId ?? 'not recorded'}</code> },
          ]}
        />
      </Stack>
    </section>
  );
}
