import { z } from 'zod';
import { optimizers } from '../../optimizers/index.ts';
import { REFUSALS } from '../../src/domain/candidate.ts';
import { STOP_REASONS } from '../../src/domain/job.ts';
import type { ListedOptimizer } from '../../src/search/contract.ts';
import { fieldTable, page, table } from './markdown.ts';
import { fieldRows, inputSchema } from './schema-table.ts';

const STOP_MEANINGS: Readonly<Record<(typeof STOP_REASONS)[number], string>> = {
  budget: 'A limit of the budget was reached.',
  'target-reached': 'The score that the options ask for was reached on all of validation.',
  'no-improvement': 'Too many proposals in a row brought nothing.',
  'nothing-left-to-learn': 'No training row fails any more.',
  'search-complete': 'The optimizer has done all its steps.',
  complete: 'An evaluation has measured every row.',
  cancelled: 'Somebody cancelled the job.',
  'error-cap': 'Too many rollouts failed for reasons that are not the prompt’s.',
  error: 'The job cannot be run; `error` says why.',
};

const REFUSAL_MEANINGS: Readonly<Record<(typeof REFUSALS)[number], string>> = {
  empty: 'It has no text.',
  truncated: 'The reflection model ran into its output limit.',
  unparsable: 'The answer’s format could not be used, not even after one request to repair it.',
  duplicate: 'The same text, after normalisation, was proposed before.',
  'placeholder-missing': 'A placeholder of the baseline is gone.',
  'placeholder-invented': 'It has a placeholder that the baseline does not have.',
  'protected-clause-gone': 'A text no longer has, word for word, a protected clause that stands in it in the baseline.',
  'token-limit': 'It is longer than the limit on `promptTokens`.',
  'copies-rows': 'It quotes a dataset row, or names side by side words that only this row has together.',
  'addresses-judge': 'It speaks to whoever grades the answer.',
};

export function optimizersPage(): string {
  return page('Optimizers', 'the list in `optimizers/index.ts`', [
    'Each preset is a search of its own, with its own options: `"optimizer": { "type": "gepa", "options": { "preset": "racing", "block": 3 } }`. Without a preset the default one is meant. How each searches: [optimizers](../optimizers.md). `GET /v1/optimizers` gives the same as JSON Schema.',
    ...optimizers.map((each) =>
      [`## ${each.type}`, `${each.title}. Source: ${each.source}.`, ...presetsOf(each)].join('\n\n'),
    ),
    `## Stop reasons\n\n${table(
      ['stop reason', 'meaning'],
      STOP_REASONS.map((reason) => [`\`${reason}\``, STOP_MEANINGS[reason]]),
    )}`,
    `## Refusals\n\nWhy a proposal was refused before it cost a rollout.\n\n${table(
      ['refusal', 'meaning'],
      REFUSALS.map((refusal) => [`\`${refusal}\``, REFUSAL_MEANINGS[refusal]]),
    )}`,
  ]);
}

/** The options of every preset; of an optimizer without presets its own. */
function presetsOf({ type, options }: ListedOptimizer): readonly string[] {
  if (!(options instanceof z.ZodDiscriminatedUnion)) return [fieldTable(fieldRows(inputSchema(options).root))];
  const byDefault = z.object({ preset: z.string() }).parse(options.parse({})).preset;
  return options.options.map((each) => {
    if (!(each instanceof z.ZodType)) throw new Error(`${type}: a preset is no schema`);
    const rows = fieldRows(inputSchema(each).root);
    const preset = rows.find(({ path }) => path === 'preset')?.type.replace(/[`"]/g, '') ?? '';
    const standard = preset === byDefault ? ' (the default)' : '';
    return `### ${type}, preset ${preset}${standard}\n\n${fieldTable(rows)}`;
  });
}
