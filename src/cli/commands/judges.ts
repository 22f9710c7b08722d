import { dirname, resolve } from 'node:path';
import type { JudgeCardAnswer } from '../../client/index.ts';
import { calibrationRequestSchema, labelledRowSchema } from '../../domain/calibration.ts';
import type { FieldError } from '../../domain/errors.ts';
import { EXIT, type ExitCode, Refusal } from '../exit.ts';
import { badInput, checked, type FileDocument, readDocument, readText } from '../files/document.ts';
import { withLines } from '../files/job-file.ts';
import { fileNamed } from '../files/references.ts';
import { follow } from '../follow.ts';
import { table, usd } from '../format.ts';
import { type Io, printJson } from '../io.ts';
import { clientOf, type RemoteOptions } from '../remote.ts';

/** Calibrates the judge that a file describes: the body of `POST /v1/judges/calibrate`, whose dataset may be a JSONL file of labelled rows. */
export async function calibrate(io: Io, file: string, options: RemoteOptions): Promise<ExitCode> {
  const document = readDocument(resolve(io.cwd, file), io.cwd, 'calibration');
  const body = checked(calibrationRequestSchema, withRows(document), document.locate);
  const { calibrations } = clientOf(io, options);
  const { id, rows, repeats, continues } = await withLines(document, () => calibrations.submit(body));
  if (!options.json) io.err(`calibration ${id}${continues === null ? '' : `, goes on from ${continues}`}\n`);
  await follow(io, {
    id,
    events: calibrations.events(id, { signal: io.interrupt }),
    all: rows * repeats,
    unit: 'verdicts',
    show: !options.json,
  });
  const { card, status, stopReason, error } = await calibrations.get(id);
  if (!card) {
    const exit = status === 'failed' && stopReason !== 'budget' ? EXIT.unreachable : EXIT.badInput;
    throw new Refusal(
      exit,
      `${id} ${status === 'cancelled' ? 'was cancelled' : `has no card: ${error ?? 'for reasons unknown'}`}`,
    );
  }
  if (options.json) printJson(io, card);
  else io.out(cardText(card));
  for (const { message } of card.warnings) io.err(`warning: ${message}\n`);
  return EXIT.done;
}

export async function listCards(io: Io, options: RemoteOptions & { readonly limit: number }): Promise<ExitCode> {
  const page = await clientOf(io, options).judges.list({ limit: options.limit });
  if (options.json) printJson(io, page);
  else if (page.items.length === 0) io.out('no judge cards: run "paretune judges calibrate"\n');
  else {
    const rows = page.items.map((card) => [
      card.id,
      card.calibratedAt.slice(0, 10),
      card.evaluator.type,
      judgeNames(card),
      kappaText(card),
      card.consistency ? card.consistency.value.toFixed(2) : '–',
      `${card.rows}`,
    ]);
    io.out(table(['CARD', 'DATE', 'EVALUATOR', 'JUDGE', 'KAPPA', 'SAME AGAIN', 'ROWS'], rows, io.result.columns()));
  }
  return EXIT.done;
}

/** The document with the rows of the JSONL file that its `dataset` names, if it names one. */
function withRows({ value, file, locate }: FileDocument): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const named = fileNamed(Reflect.get(value, 'dataset'), dirname(file), locate('dataset'));
  return named === undefined ? value : { ...value, dataset: { rows: labelledLines(named) } };
}

function labelledLines(file: string): readonly unknown[] {
  const errors: FieldError[] = [];
  const rows = readText(file, 'dataset')
    .split('\n')
    .flatMap((line, index): unknown[] => {
      if (line.trim() === '') return [];
      const at = `${file}:${index + 1}`;
      try {
        return [checked(labelledRowSchema, JSON.parse(line), (path) => `${at} ${path}`)];
      } catch (error) {
        errors.push({ path: at, message: error instanceof Error ? error.message : 'cannot be read' });
        return [];
      }
    });
  if (errors.length > 0) throw badInput(errors.slice(0, 20));
  return rows;
}

const judgeNames = (card: JudgeCardAnswer) => card.judges.map(({ config }) => config.model).join(', ');

function kappaText({ kappa }: JudgeCardAnswer): string {
  if (!kappa || kappa.value === null || !kappa.interval) return 'not known';
  return `${kappa.value.toFixed(2)} (${kappa.interval.low.toFixed(2)} to ${kappa.interval.high.toFixed(2)})`;
}

function cardText(card: JudgeCardAnswer): string {
  const { confusion, consistency, positionBias, missing, spent } = card;
  const failed = Object.entries(missing).map(([category, rows]) => `${rows} ${category}`);
  const lines: readonly (readonly [string, string])[] = [
    ['card', card.id],
    ['evaluator', `${card.evaluator.type}, passes at ${card.evaluator.threshold}, grader ${card.evaluator.grader}`],
    ['judge', judgeNames(card)],
    ['answered as', [...new Set(card.judges.flatMap(({ answeredAs }) => answeredAs))].join(', ')],
    ['labels', `${card.rows} rows of ${card.dataset.ref}`],
    ['kappa', kappaText(card)],
    ...(card.weightedKappa ? [['weighted kappa', kappaText({ ...card, kappa: card.weightedKappa })] as const] : []),
    ['both pass', String(confusion.bothPass)],
    ['both fail', String(confusion.bothFail)],
    ['only the judge passes', String(confusion.onlyJudgePasses)],
    ['only people pass', String(confusion.onlyHumanPasses)],
    ['no verdict', failed.length === 0 ? '0' : failed.join(', ')],
    [
      'same again',
      consistency ? `${(100 * consistency.value).toFixed(1)} % of ${consistency.repeats} repeats` : 'not measured',
    ],
    ...(positionBias ? [['flips with the order', `${positionBias.flipped} of ${positionBias.rows}`] as const] : []),
    ['cost', `${spent.calls} calls, ${spent.tokens} tokens${spent.usd === null ? '' : `, ${usd(spent.usd)}`}`],
  ];
  return lines.map(([name, text]) => `${name.padEnd(22)} ${text}\n`).join('');
}
