import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { ApiProblem, type Client, hasEnded, type PromptVersion } from '../../client/index.ts';
import { gateJUnit, gateMarkdown, gateText } from '../evaluations/gate-formats.ts';
import { type GateReport, reportOfEvaluation, reportOfJob } from '../evaluations/gate-report.ts';
import { endedWell, runEvaluationFile, tellWarnings } from '../evaluations/run.ts';
import { namesService, withService, withStored } from '../evaluations/service.ts';
import { EXIT, type ExitCode, Refusal } from '../exit.ts';
import { badInput } from '../files/document.ts';
import { outFile } from '../files/out-file.ts';
import { applyGate, type Bound } from '../gate-rules.ts';
import { type Io, printJson } from '../io.ts';
import { type EvalOptions, evaluationOf, namesStored } from './eval.ts';

export interface GateCommandOptions extends EvalOptions {
  readonly allow?: readonly string[];
  readonly min?: readonly string[];
  readonly max?: readonly string[];
  readonly junit?: string;
  readonly markdown?: string;
}

const DECISIONS = ['promote', 'inconclusive', 'do_not_promote'];

interface Rules {
  readonly allow: readonly string[];
  readonly bounds: readonly Bound[];
}

/**
 * Fails a build whose prompt is not to be promoted. `subject` is a file (an evaluation, or a job with `--prompt` beside it), an evaluation,
 * a job, or a prompt version that was imported from a job.
 */
export async function gate(io: Io, subject: string, options: GateCommandOptions): Promise<ExitCode> {
  const rules: Rules = {
    allow: allowed(options.allow ?? []),
    bounds: [
      ...(options.min ?? []).map((text) => bound(text, '--min')),
      ...(options.max ?? []).map((text) => bound(text, '--max')),
    ],
  };
  const markdown = options.markdown === undefined ? null : outFile(io, options.markdown, '--markdown');
  const junit = options.junit === undefined ? null : outFile(io, options.junit, '--junit');
  const { report, found } = existsSync(resolve(io.cwd, subject))
    ? await gateFile(io, subject, options, rules)
    : await gateStored(io, subject, options, rules);
  if (options.json) printJson(io, { passed: report.passed, ...found, candidates: report.candidates });
  else io.out(gateText(report));
  if (markdown !== null) writeFileSync(markdown, gateMarkdown(report));
  if (junit !== null) writeFileSync(junit, gateJUnit(report));
  const step = io.environment['GITHUB_STEP_SUMMARY'];
  if (step) appendFileSync(step, `${gateMarkdown(report)}\n`);
  return report.passed ? EXIT.done : EXIT.gateFailed;
}

interface Gated {
  readonly report: GateReport;
  /** What else the JSON says. */
  readonly found: Readonly<Record<string, unknown>>;
}

/** Measures and judges the prompts of a file. */
async function gateFile(io: Io, subject: string, options: GateCommandOptions, rules: Rules): Promise<Gated> {
  const file = evaluationOf(io, subject, options);
  const bounds = rules.bounds.map(({ metric, least, most }) => ({
    metric,
    ...(least !== null && { min: least }),
    ...(most !== null && { max: most }),
  }));
  const gated = { ...file, body: { ...file.body, gates: [...(file.body.gates ?? []), ...bounds] } };
  const evaluation = await withService(io, options, { stored: namesStored(gated) }, (client) =>
    runEvaluationFile(io, client, gated, {
      show: !options.json,
      onInterrupt: namesService(io, options) ? 'leave' : 'cancel',
    }),
  );
  return { report: { ...reportOfEvaluation(evaluation, rules.allow), subject }, found: { evaluation: evaluation.id } };
}

/** Judges what was measured already. */
async function gateStored(io: Io, subject: string, options: GateCommandOptions, rules: Rules): Promise<Gated> {
  const work = (client: Client): Promise<Gated> =>
    subject.startsWith('eval_') ? gateEvaluation(io, client, subject, rules) : gateJob(client, subject, rules);
  return withStored(io, options, work);
}

async function gateEvaluation(io: Io, client: Client, subject: string, { allow, bounds }: Rules): Promise<Gated> {
  if (bounds.length > 0)
    throw badInput([
      { path: '--min, --max', message: 'an evaluation has its own gates; give them in its suite or its request' },
    ]);
  const evaluation = endedWell(await client.evaluations.get(subject));
  tellWarnings(io, evaluation);
  return { report: reportOfEvaluation(evaluation, allow), found: { evaluation: subject } };
}

async function gateJob(client: Client, subject: string, rules: Rules): Promise<Gated> {
  const jobId = subject.includes('@') ? await jobOfPrompt(client, subject) : subject;
  const job = await client.jobs.get(jobId);
  if (!hasEnded(job)) {
    throw new Refusal(
      EXIT.badInput,
      `${jobId} is ${job.status}; the gate judges an ended job: paretune watch ${jobId}`,
    );
  }
  const best = await client.jobs.best(jobId).catch((error: unknown) => {
    // A job that ended before it measured anything has no best.
    if (error instanceof ApiProblem && error.code === 'conflict') return null;
    throw error;
  });
  const results = applyGate(job, best, rules);
  return {
    report: reportOfJob(subject, job, best, results),
    found: { job: jobId, candidate: best?.candidateId ?? null, rules: results },
  };
}

function allowed(decisions: readonly string[]): readonly string[] {
  const list = decisions.flatMap((each) => each.split(',')).map((each) => each.trim());
  const unknown = list.find((each) => !DECISIONS.includes(each));
  if (unknown !== undefined)
    throw badInput([{ path: '--allow', message: `"${unknown}" is not a verdict; known: ${DECISIONS.join(', ')}` }]);
  return list;
}

/** `routing=0.9`; a metric name may hold `=` itself (`@cohort[tier=gold]`), so the last one counts. */
function bound(text: string, option: '--min' | '--max'): Bound {
  const at = text.lastIndexOf('=');
  const value = Number(text.slice(at + 1));
  if (at < 1 || text.slice(at + 1).trim() === '' || !Number.isFinite(value))
    throw badInput([{ path: option, message: `must be <metric>=<number>, such as routing=0.9, not "${text}"` }]);
  const metric = text.slice(0, at);
  return option === '--min' ? { metric, least: value, most: null } : { metric, least: null, most: value };
}

async function jobOfPrompt(client: Client, reference: string): Promise<string> {
  const version = await promptVersion(client, reference);
  if (!version.source) {
    throw new Refusal(
      EXIT.badInput,
      `${version.ref} was not imported from a job, so nothing was measured that a gate could judge; gate the job that made it`,
    );
  }
  const best = await client.jobs.best(version.source.jobId);
  if (best.candidateId !== version.source.candidateId) {
    throw new Refusal(
      EXIT.gateFailed,
      `${version.ref} is candidate ${version.source.candidateId} of ${version.source.jobId}, but the job's winner is ${best.candidateId}`,
    );
  }
  return version.source.jobId;
}

async function promptVersion(client: Client, reference: string): Promise<PromptVersion> {
  const [name = '', selector = ''] = reference.split('@');
  if (/^[1-9]\d*$/.test(selector)) return client.prompts.version(name, Number(selector));
  if (selector !== 'latest')
    throw badInput([{ path: reference, message: 'must be a job id, "name@version" or "name@latest"' }]);
  return (await client.prompts.get(name)).latest;
}
