import { dirname } from 'node:path';
import type { EvaluationBody } from '../../client/index.ts';
import { evaluationRequestSchema } from '../../domain/evaluation.ts';
import type { Gate } from '../../domain/gate.ts';
import { headlineOf } from '../../domain/objective.ts';
import { badInput, checked, type FileDocument, readDocument } from './document.ts';
import { jobIn } from './job-file.ts';
import { type DatasetFile, datasetFile, fileNamed, readPrompt, readSuite } from './references.ts';

/** An evaluation from a file, checked; files of rows still have to be uploaded. */
export interface EvaluationFile {
  readonly body: EvaluationBody;
  readonly dataset: DatasetFile | null;
  readonly ood: DatasetFile | null;
  /** Where a field of the body stands in the file. */
  locate(path: string): string;
}

/** Stands in for rows that are not uploaded yet. */
const NOT_YET = 'to-be-uploaded@1';

/** Reads an evaluation (a file with `candidates`), or a job file as the evaluation of its prompt. Throws `invalid_request` that names lines. */
export function readEvaluationFile(file: string, cwd: string): EvaluationFile {
  const document = readDocument(file, cwd, 'file');
  const { value } = document;
  if (!isObject(value))
    throw badInput([
      { path: document.locate(''), message: 'must be an evaluation (with candidates) or a job (with prompt)' },
    ]);
  return 'candidates' in value || 'baseline' in value
    ? evaluationIn(document, value, cwd)
    : evaluationOfJob(document, cwd);
}

type Fields = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function evaluationIn(document: FileDocument, root: Fields, cwd: string): EvaluationFile {
  const base = dirname(document.file);
  const prompt = (value: unknown, path: string): unknown => {
    const named = fileNamed(value, base, document.locate(path));
    if (named !== undefined) return readPrompt(named, cwd);
    return isObject(value) && 'prompt' in value
      ? { ...value, prompt: prompt(value['prompt'], `${path}.prompt`) }
      : value;
  };
  const rows = (value: unknown, path: string): DatasetFile | null => {
    const named = fileNamed(value, base, document.locate(path));
    return named === undefined ? null : datasetFile(named, document.locate(path));
  };
  const { candidates, baseline, suite, ood } = root;
  const suiteFile = fileNamed(suite, base, document.locate('suite'));
  const dataset = rows(root['dataset'], 'dataset');
  const oodRows = isObject(ood) ? rows(ood['dataset'], 'ood.dataset') : null;
  const body = checked(
    evaluationRequestSchema,
    {
      ...root,
      ...(Array.isArray(candidates) && { candidates: candidates.map((each, at) => prompt(each, `candidates.${at}`)) }),
      ...(baseline !== undefined && { baseline: prompt(baseline, 'baseline') }),
      ...(suiteFile !== undefined && { suite: readSuite(suiteFile, cwd) }),
      ...(dataset && { dataset: NOT_YET }),
      ...(oodRows && isObject(ood) && { ood: { ...ood, dataset: NOT_YET } }),
    },
    document.locate,
  );
  return { body, dataset, ood: oodRows, locate: document.locate };
}

/** The prompt of a job on its own; what the job's objectives forbid becomes gates. */
function evaluationOfJob(document: FileDocument, cwd: string): EvaluationFile {
  const { body: job, dataset, locate } = jobIn(document, cwd);
  const { tokens, usd, seconds } = job.budget;
  return {
    body: {
      ...(job.name !== undefined && { name: job.name }),
      candidates: [job.prompt],
      dataset: job.dataset,
      ...(job.split && { ratio: job.split }),
      suite: job.suite,
      ...(job.objectives && { headline: headlineOf(job.objectives).metric, gates: job.objectives.flatMap(gateOf) }),
      models: { task: job.models.task, ...(job.models.judge && { judge: job.models.judge }) },
      budget: {
        ...(tokens !== undefined && { tokens }),
        ...(usd !== undefined && { usd }),
        ...(seconds !== undefined && { seconds }),
      },
      concurrency: job.concurrency,
      seed: job.seed,
      reuse: job.reuse,
      strict: job.strict,
    },
    dataset,
    ood: null,
    locate,
  };
}

type Objective = NonNullable<ReturnType<typeof jobIn>['body']['objectives']>[number];

function gateOf({ metric, goal, limit, notWorseThanBaseline, perCohort }: Objective): Gate[] {
  if (limit === undefined && notWorseThanBaseline === undefined) return [];
  return [
    {
      metric,
      ...(limit !== undefined && (goal === 'maximize' ? { min: limit } : { max: limit })),
      ...(notWorseThanBaseline !== undefined && { notWorseThanBaseline }),
      ...(perCohort !== undefined && { perCohort }),
    },
  ];
}
