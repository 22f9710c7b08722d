import { formatCount, formatMetric, formatUsd } from '../../domain/figures.ts';
import type { ModelPrice } from '../../domain/price.ts';
import { type Block, clipped, folded, muted, numbers, section, type Table, text } from './block.ts';
import { LISTED_CANDIDATES } from './facts.ts';
import type { Report } from './report.ts';
import { savedText } from './saved-text.ts';

const RESOURCES: Readonly<Record<string, string>> = {
  rollouts: 'search rollouts',
  confirmationRollouts: 'confirmation rollouts',
  reflectionTokens: 'reflection tokens',
  usd: 'dollars',
};

export function candidates({ candidates: list, headline: { metric }, frontier }: Report): Block[] {
  const shown = list.slice(0, LISTED_CANDIDATES);
  const rest = list.length - shown.length;
  const open = list.some(({ score }) => score?.kind === 'screening');
  return folded(
    'Candidates',
    muted(
      `${metric} is given where ${open ? 'the search told one: on the rows that it had looked at, some under the text of an ancestor' : 'all validation rows were measured'}. * = on the final frontier.`,
    ),
    {
      kind: 'table',
      label: 'Candidates',
      columns: [
        ...text('candidate', 'parents', 'made by'),
        ...numbers(metric, 'rows', 'prompt tokens'),
        ...text('fate', 'why it was made'),
      ],
      rows: shown.map((each) => [
        `${each.id}${frontier.includes(each.id) ? '*' : ''}`,
        each.parents.join(', ') || '–',
        each.operator,
        each.score ? `${formatMetric(metric, each.score.value)}` : '–',
        each.score?.rows == null ? '–' : String(each.score.rows),
        formatCount(each.promptTokens),
        [each.fate, each.fateReason].filter((part) => part !== null && part !== '').join(': ') || '–',
        clipped(each.reason, 240),
      ]),
    },
    ...(rest > 0 ? [muted(`${rest} more candidates are in the JSON report.`)] : []),
  );
}

export function refusals({ refusals: list }: Report): Block[] {
  if (list.length === 0) return [];
  return section('Refused proposals', muted('They cost a reflection, but no rollout.'), {
    kind: 'table',
    label: 'Refused proposals by reason',
    columns: [...text('reason'), ...numbers('count'), ...text('first example')],
    rows: list.map(({ refusal, count, example }) => [refusal, String(count), clipped(example, 240)]),
  });
}

export function spending({ budget, job: { spent } }: Report): Block[] {
  const amount = (resource: string, value: number) =>
    resource === 'usd' ? formatUsd(value) : formatCount(Math.round(value));
  const share = (used: number, limit: number | null) =>
    limit === null ? 'no limit' : limit === 0 ? '–' : `${((used / limit) * 100).toFixed(0)} %`;
  const roles = Object.entries(spent.byRole).flatMap(([role, by]) => (by ? [{ role, by }] : []));
  return [
    ...section('Budget', {
      kind: 'table',
      label: 'Budget by resource',
      columns: [...text('resource'), ...numbers('spent', 'limit', 'used')],
      rows: budget.map(({ resource, spent: used, limit }) => [
        RESOURCES[resource] ?? resource,
        amount(resource, used),
        limit === null ? '–' : amount(resource, limit),
        share(used, limit),
      ]),
    }),
    ...(roles.length === 0 ? [] : section('Spend by role', spendByRole(roles, spent.usd))),
    ...(spent.saved.calls > 0 ? [muted(savedText(spent.saved))] : []),
  ];
}

type RoleSpend = NonNullable<Report['job']['spent']['byRole']['task']>;

const spendByRole = (roles: readonly { readonly role: string; readonly by: RoleSpend }[], total: number): Table => ({
  kind: 'table',
  label: 'Spend by model role',
  columns: [
    ...text('model role'),
    ...numbers('calls', 'input tokens', 'of them cached', 'output tokens', 'cost', 'share of cost'),
  ],
  rows: roles.map(({ role, by }) => [
    role,
    formatCount(by.calls),
    formatCount(by.inputTokens),
    formatCount(by.cachedInputTokens),
    formatCount(by.outputTokens),
    by.usd === null ? 'no price' : formatUsd(by.usd),
    by.usd === null || total === 0 ? '–' : `${((by.usd / total) * 100).toFixed(0)} %`,
  ]),
});

export function provenance({ job }: Report): Block[] {
  const model = (config: Report['job']['models']['judge']) => (config ? `${config.provider} / ${config.model}` : '–');
  return section('How it was made', {
    kind: 'table',
    label: 'How the job was made',
    columns: text('', ''),
    rows: [
      ['job', `${job.name} (${job.id})`],
      ['status', [job.status, job.stopReason, job.error].filter((part) => part !== null).join(', ')],
      ['optimizer', `${job.optimizer}, seed ${job.seed}`],
      ['resolved job', job.resolvedSha256],
      ['prompt', job.promptRef ?? 'inline'],
      [
        'dataset',
        `${job.datasetRef}: ${job.rows.train} train, ${job.rows.validation} validation, ${job.rows.test} sealed test rows`,
      ],
      ['suite', job.suiteRef ?? 'inline'],
      ['task model', model(job.models.task)],
      ['reflection model', model(job.models.reflection)],
      ['judge model', model(job.models.judge)],
      ...(job.prices ?? []).map((price) => [`price of ${price.model}`, priceText(price)]),
      ['created', moment(job.createdAt)],
      ['started', moment(job.startedAt)],
      ['ended', moment(job.endedAt)],
    ],
  });
}

const moment = (time: string | null) => (time === null ? '–' : `${time.slice(0, 19).replace('T', ' ')} UTC`);

const dollars = (price: number) => `$${price}`;

function priceText({ input, cachedInput, output, date, source }: ModelPrice): string {
  const cached = cachedInput === undefined ? '' : `, ${dollars(cachedInput)} cached`;
  const from = [date, source].filter((each) => each !== undefined).join(', ');
  return `${dollars(input)} input${cached}, ${dollars(output)} output per million tokens${from === '' ? '' : ` (${from})`}`;
}
