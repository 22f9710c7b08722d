import { formatCount, formatDifference, formatMetric, formatUsd } from '../../domain/figures.ts';
import { range } from './block.ts';
import { escapeHtml } from './escape.ts';
import type { Report } from './report.ts';
import { standsOn } from './seen.ts';

/** Name, verdict in a sentence, and the figures that one looks for first. */
export function renderHead(report: Report): string {
  const { job, outcome } = report;
  const { kind, title, sentence } = outcome;
  const when = job.endedAt ?? job.startedAt ?? job.createdAt;
  const about = [
    job.promptRef,
    `${job.optimizer} on ${job.models.task.model}`,
    `${when.slice(0, 16).replace('T', ' ')} UTC`,
  ]
    .filter((part) => part !== null)
    .join(' · ');
  const tiles = [...scoreTiles(report), ...spendTiles(report)]
    .map(
      ({ label, value, note }) =>
        `<div><dt>${escapeHtml(label)}</dt><dd><b>${escapeHtml(value)}</b>${note === '' ? '' : ` <span>${escapeHtml(note)}</span>`}</dd></div>`,
    )
    .join('\n');
  return `<header>
<h1>${escapeHtml(job.name)} <small>optimization report</small></h1>
<p class="muted">${escapeHtml(about)}</p>
<div class="outcome ${kind}"><p><strong>${escapeHtml(title)}.</strong> ${escapeHtml(sentence)}</p></div>
<dl class="tiles">
${tiles}
</dl>
</header>`;
}

interface Tile {
  readonly label: string;
  readonly value: string;
  readonly note: string;
}

function scoreTiles({ headline: { metric, sealed, seen }, shownId, baselineId, winnerId }: Report): Tile[] {
  const who = shownId === winnerId ? shownId : `${shownId}, not adopted`;
  if (sealed) {
    const rows = `${sealed.rows} sealed test rows`;
    return [
      { label: `${metric}, baseline`, value: formatMetric(metric, sealed.baseline), note: rows },
      { label: `${metric}, ${who}`, value: formatMetric(metric, sealed.winner), note: rows },
      {
        label: 'difference',
        value: formatDifference(metric, sealed.difference),
        note: sealed.interval
          ? `${Number((sealed.interval.level * 100).toFixed(1))} % interval ${range(metric, sealed.interval, formatDifference)}`
          : 'no interval',
      },
    ];
  }
  const tile = (label: string, figures: typeof seen.baseline): Tile => ({
    label: `${metric}, ${label}`,
    value: formatMetric(metric, figures?.value ?? null),
    note: figures ? `${figures.interval ? `${range(metric, figures.interval)}, ` : ''}${standsOn(figures)}` : '',
  });
  return [tile('baseline', seen.baseline), ...(shownId === baselineId ? [] : [tile(who, seen.shown)])];
}

function spendTiles({ job: { spent, prices } }: Report): Tile[] {
  const seconds = Math.round(spent.seconds);
  return [
    {
      label: 'spent',
      value: prices === null && spent.usd === 0 ? 'no price' : formatUsd(spent.usd),
      note: `${formatCount(spent.tokens)} tokens, ${formatCount(spent.rollouts + spent.confirmationRollouts)} rollouts, ${formatCount(seconds)} s`,
    },
  ];
}
