import { formatMetric } from '../../domain/figures.ts';
import { type Block, numbers, section, text } from './block.ts';
import type { Report } from './report.ts';

const percent = (share: number) => `${(share * 100).toFixed(1)} %`;

/** What the A/A run found, and what the verdict could see. */
export function noise({ noise: floor, headline: { metric } }: Report): Block[] {
  if (!floor) return [];
  const { rows, flipRate, interval, deterministic, sdPerRow, sdOfMean, minimumDetectableEffect, testRows, repeats } =
    floor;
  const range = interval ? ` (${percent(interval.low)} to ${percent(interval.high)})` : '';
  const effect =
    minimumDetectableEffect === null ? 'none that could be shown' : formatMetric(metric, minimumDetectableEffect);
  return section(
    'Noise floor',
    {
      kind: 'text',
      text: `The baseline against itself, twice on ${rows} validation rows before the search${deterministic ? ': the answers are deterministic' : ''}.`,
    },
    {
      kind: 'table',
      label: 'Noise of repeated runs',
      columns: [...text('measure'), ...numbers('value')],
      rows: [
        ['rows that turn out differently when run again', `${percent(flipRate)}${range}`],
        [`standard deviation of one row's ${metric} over runs`, formatMetric(metric, sdPerRow)],
        [`noise floor: standard deviation of the mean over ${testRows} test rows`, formatMetric(metric, sdOfMean)],
        [
          `smallest true gain that the verdict shows (power 80 %, three finalists, ${repeats === 1 ? 'one run' : `${repeats} runs`} of each test row)`,
          effect,
        ],
      ],
    },
  );
}
