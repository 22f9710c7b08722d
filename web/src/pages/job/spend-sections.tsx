import { Progress, Stack, Text } from '@mantine/core';
import type { Job } from '../../../../src/client/index.ts';
import { formatCount, formatDuration, formatUsd } from '../../../../src/domain/figures.ts';
import { Section } from '../../components/section.tsx';
import { SmallTable } from '../../components/small-table.tsx';
import classes from './spend-sections.module.css';

const RESOURCES = [
  { name: 'rollouts', label: 'Search rollouts', format: formatCount },
  { name: 'confirmationRollouts', label: 'Confirmation rollouts', format: formatCount },
  { name: 'tokens', label: 'Tokens', format: formatCount },
  { name: 'reflectionTokens', label: 'Reflection tokens', format: formatCount },
  { name: 'usd', label: 'Cost', format: formatUsd },
  { name: 'seconds', label: 'Time', format: formatDuration },
] as const;

/** What was spent of each limit. A budget without a limit says so. */
export function BudgetSection({ job }: { readonly job: Job }) {
  return (
    <Section title="Budget">
      <Stack gap="xs">
        {RESOURCES.map(({ name, label, format }) => {
          const [spent, limit] = [job.spent[name], job.budget[name]];
          return (
            <div key={name}>
              <div className={classes.line}>
                <span>{label}</span>
                <span>
                  {format(spent)}
                  <Text span size="xs" c="dimmed">
                    {limit === undefined ? ', no limit' : ` of ${format(limit)}`}
                  </Text>
                </span>
              </div>
              {limit !== undefined && (
                <Progress
                  size={4}
                  aria-label={`${label} spent`}
                  value={limit === 0 ? 0 : Math.min(100, (spent / limit) * 100)}
                />
              )}
            </div>
          );
        })}
      </Stack>
    </Section>
  );
}

const ROLES = ['task', 'reflection', 'judge'] as const;

/** Who spent it. */
export function RolesSection({ job }: { readonly job: Job }) {
  const { byRole, saved } = job.spent;
  const rows = ROLES.flatMap((role) => {
    const spend = byRole[role];
    if (!spend) return [];
    const cached = spend.cachedInputTokens > 0 ? ` (${formatCount(spend.cachedInputTokens)} cached)` : '';
    const cost = spend.usd === null ? 'no price' : formatUsd(spend.usd);
    const input = `${formatCount(spend.inputTokens)}${cached}`;
    return [{ key: role, cells: [role, formatCount(spend.calls), input, formatCount(spend.outputTokens), cost] }];
  });
  if (rows.length === 0) return null;
  return (
    <Section title="Spend by role">
      <SmallTable label="Spend by role" heads={['Role', '>Calls', '>Tokens in', '>Tokens out', '>Cost']} rows={rows} />
      {saved.calls > 0 && (
        <Text size="xs" c="dimmed">
          {formatCount(saved.calls)} answers of earlier jobs were reused, which saved {formatCount(saved.tokens)} tokens
          {saved.usd === null ? '' : ` and ${formatUsd(saved.usd)}`}.
        </Text>
      )}
    </Section>
  );
}
