import { Stack, Text } from '@mantine/core';
import type { ChangeView } from '../../../src/domain/views/search-view.ts';
import { useChanges } from '../data/job-details.ts';
import { CandidateLinks } from './candidate-links.tsx';
import classes from './changes.module.css';
import { Empty } from './empty.tsx';
import { Fate } from './fate.tsx';
import { Loading } from './loading.tsx';
import { ProblemAlert } from './problem-alert.tsx';
import { Section } from './section.tsx';

/** Every change against the baseline: where it came from, the critique behind it, and what the prompt is worth without it. */
export function Changes({ jobId, candidateId }: { readonly jobId: string; readonly candidateId: string }) {
  const changes = useChanges(jobId, candidateId);
  return (
    <Section title="Where each change came from">
      {changes.isPending && <Loading what="the changes" height={120} />}
      {changes.isError && <ProblemAlert error={changes.error} onRetry={changes.refetch} />}
      {changes.data?.length === 0 && <Empty title="It says what the baseline says" />}
      {changes.data && changes.data.length > 0 && (
        <ol className={classes.list}>
          {changes.data.map((change) => (
            <li key={`${change.component} ${change.at} ${change.added}`} className={classes.change}>
              <div className={classes.text}>
                {change.removed.trim() !== '' && <del>{change.removed.trim()}</del>}
                {change.added.trim() !== '' && <ins>{change.added.trim()}</ins>}
                {`${change.removed}${change.added}`.trim() === '' && <Text size="sm">white space alone</Text>}
              </div>
              <Stack gap={4}>
                <Text size="sm" component="div">
                  From <CandidateLinks jobId={jobId} ids={[change.originId]} /> ({change.operator})
                  {change.component === 'prompt' ? '' : `, in ${change.component}`}
                </Text>
                {change.reason !== '' && (
                  <Text size="sm" c="dimmed" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
                    {change.reason}
                  </Text>
                )}
                {change.fate !== null && <Fate fate={{ fate: change.fate, reason: change.fateReason ?? '' }} reason />}
                <Text size="sm">{needText(change.need)}</Text>
              </Stack>
            </li>
          ))}
        </ol>
      )}
    </Section>
  );
}

function needText(need: ChangeView['need']): string {
  if (need === null) return 'Ablation: not asked.';
  if (need.rows === 0) return 'Ablation: not measured; the budget did not reach.';
  const worse = need.needing.length;
  const better = need.betterWithout.length;
  const needs = worse === 0 ? 'no measured row needs it' : `${worse} of ${need.rows} measured rows need it`;
  return `Ablation: ${needs}${better > 0 ? `, ${better} are better without it` : ''}.`;
}
