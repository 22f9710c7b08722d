import { Group, SegmentedControl, Text, Title } from '@mantine/core';
import { useState } from 'react';
import type { Comparison } from '../../../../src/client/index.ts';
import { formatDifference, formatMetric } from '../../../../src/domain/figures.ts';
import type { ComparedCohort } from '../../data/comparisons.ts';
import classes from './waterfall.module.css';

/**
 * Which cohort contributes what to the difference: each bar begins where the one above has ended, and the last one is the whole. A cohort that is pressed
 * is what the rows below are narrowed to.
 */
export function Waterfall({
  comparison: { cohorts, metric },
  chosen,
  onChoose,
}: {
  readonly comparison: Comparison;
  /** `<field>=<value>` */
  readonly chosen: string | null;
  readonly onChoose: (cohort: string) => void;
}) {
  const fields = [...new Set(cohorts.map(({ field }) => field))];
  const [asked, setAsked] = useState<string | null>(null);
  const field = fields.find((each) => each === asked) ?? fields[0];
  if (field === undefined) return null;
  const bars = barsOf(cohorts.filter((cohort) => cohort.field === field));
  const ends = bars.flatMap(({ from, to }) => [from, to]);
  const [low, high] = [Math.min(0, ...ends), Math.max(0, ...ends)];
  const width = high - low || 1;
  const share = (value: number) => `${((value - low) / width) * 100}%`;
  return (
    <section>
      <Group justify="space-between" mb="xs">
        <Title order={2}>What each cohort contributes</Title>
        {fields.length > 1 && (
          <SegmentedControl size="xs" aria-label="Cohorts by" data={fields} value={field} onChange={setAsked} />
        )}
      </Group>
      <ul className={classes.chart} aria-label={`Contributions to the difference in ${metric}`}>
        {bars.map(({ cohort, from, to }) => {
          const name = cohort === null ? 'All rows' : (cohort.value ?? 'no value');
          const key = cohort === null ? 'all rows' : `${cohort.field}=${cohort.value}`;
          return (
            <li key={key} className={classes.line} data-total={cohort === null}>
              <span className={classes.name}>
                {cohort === null || cohort.value === null ? (
                  name
                ) : (
                  <button
                    type="button"
                    className={classes.choose}
                    aria-pressed={chosen === key}
                    onClick={() => onChoose(chosen === key ? '' : key)}
                  >
                    {name}
                  </button>
                )}
              </span>
              <span className={classes.track} aria-hidden>
                <span className={classes.zero} style={{ left: share(0) }} />
                <span
                  className={classes.bar}
                  data-sign={to >= from ? 'gain' : 'loss'}
                  style={{ left: share(Math.min(from, to)), width: `${(Math.abs(to - from) / width) * 100}%` }}
                />
              </span>
              <span className={classes.figure}>{formatDifference(metric, to - from)}</span>
              <Text span size="xs" c="dimmed" className={classes.detail}>
                {cohort === null
                  ? 'mean difference'
                  : `${formatMetric(metric, cohort.a)} → ${formatMetric(metric, cohort.b)}; ${cohort.won} won, ${cohort.lost} lost of ${cohort.rows}`}
              </Text>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

interface Bar {
  /** Null: all of them. */
  readonly cohort: ComparedCohort | null;
  readonly from: number;
  readonly to: number;
}

function barsOf(cohorts: readonly ComparedCohort[]): Bar[] {
  let at = 0;
  const bars: Bar[] = [...cohorts]
    .sort((x, y) => x.contribution - y.contribution)
    .map((cohort) => {
      const from = at;
      at += cohort.contribution;
      return { cohort, from, to: at };
    });
  return [...bars, { cohort: null, from: 0, to: at }];
}
