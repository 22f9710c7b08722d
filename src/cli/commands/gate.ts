import { appendFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { ApiProblem, type Client, hasEnded, type PromptVersion } from '../../client/index.ts';
import { EXIT, type ExitCode, Refusal } from '../exit.ts';
import { badInput } from '../files/document.ts';
import { applyGate, type Bound, gateMarkdown } from '../gate-rules.ts';
import { type Io, printJson } from '../io.ts';
import { clientOf, type RemoteOptions } from '../remote.ts';

export interface GateCommandOptions extends RemoteOptions {
  readonly allow?: readonly string[];
  readonly min?: readonly string[];
  readonly max?: readonly string[];
  readonly summary?: string;
}

const DECISIONS = ['promote', 'inconclusive', 'do_not_promote'];

/** Fails a build whose prompt is not to be promoted. `subject` is a job id, or a prompt version that was imported from a job. */
export async function gate(io: Io, subject: string, options: GateCommandOptions): Promise<ExitCode> {
  const rules = {
    allow: allowed(options.allow ?? []),
    bounds: [
      ...(options.min ?? []).map((text) => bound(text, '--min')),
      ...(options.max ?? []).map((text) => bound(text, '--max')),
    ],
  };
  const client = clientOf(io, options);
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
  const passed = results.every((each) => each.passed);
  if (options.json) printJson(io, { passed, job: jobId, candidate: best?.candidateId ?? null, rules: results });
  else for (const each of results) io.out(`${each.passed ? 'PASS' : 'FAIL'} ${each.rule}: ${each.detail}\n`);
  const markdown = gateMarkdown(subject, results, best);
  if (options.summary !== undefined) writeFileSync(resolve(io.cwd, options.summary), markdown);
  const step = io.environment['GITHUB_STEP_SUMMARY'];
  if (step) appendFileSync(step, `${markdown}\n`);
  return passed ? EXIT.done : EXIT.gateFailed;
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
