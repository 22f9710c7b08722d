import { contentHash } from '../../domain/content-hash.ts';
import { fieldError, ParetuneError } from '../../domain/errors.ts';
import type { EvaluationCandidate, EvaluationRequest } from '../../domain/evaluation.ts';
import { checkPrompt, type PromptContent, requiredVariables } from '../../domain/prompt.ts';
import { resolvePrompt } from '../resolve-prompt.ts';
import type { JobSources } from '../sources.ts';
import { BASELINE, type ResolvedPrompt } from './resolved.ts';

export interface PromptParts {
  readonly sources: JobSources;
  /** The prompt of a candidate of a job; `best` is what the job stands behind. Throws `not_found`. */
  readonly jobCandidate: (
    jobId: string,
    candidateId: string,
  ) => Promise<{ readonly source: NonNullable<ResolvedPrompt['source']>; readonly content: PromptContent }>;
}

export interface PromptAt {
  /** Where it stands in the request. */
  readonly path: string;
  readonly prompt: ResolvedPrompt;
}

/** The baseline and the candidates of a request. Throws `unprocessable` for what no row could be measured with. */
export async function resolvePrompts(request: EvaluationRequest, parts: PromptParts): Promise<PromptAt[]> {
  const { baseline, candidates, aa } = request;
  if (candidates.length === 0 && !aa)
    throw fieldError(
      'candidates',
      'there is none; give at least one, or set aa to measure the baseline against itself',
    );
  if (aa && baseline === undefined) throw fieldError('baseline', 'is missing: aa measures the baseline against itself');
  const asked = [
    ...(baseline === undefined ? [] : [{ path: 'baseline', id: BASELINE, asked: baseline }]),
    ...candidates.map((each, index) => ({ path: `candidates.${index}`, id: `c${index + 1}`, asked: each })),
  ];
  const prompts: PromptAt[] = [];
  const names = new Set<string>();
  for (const { path, id, asked: candidate } of asked) {
    const { name, ref, source, content } = await promptOf(candidate, path, id, parts);
    checkPrompt(content, path);
    if (requiredVariables(content).length === 0)
      throw fieldError(
        path,
        'no message has a placeholder, so the model would never see a row; add {{input}} (or the name of an input field)',
      );
    const unique = names.has(name) ? `${name} (${id})` : name;
    names.add(unique);
    prompts.push({ path, prompt: { id, name: unique, ref, sha256: contentHash(content), source, prompt: content } });
  }
  return prompts;
}

async function promptOf(
  candidate: EvaluationCandidate,
  path: string,
  id: string,
  { sources, jobCandidate }: PromptParts,
): Promise<Pick<ResolvedPrompt, 'name' | 'ref' | 'source'> & { readonly content: PromptContent }> {
  const plain = id === BASELINE ? 'baseline' : id;
  if (typeof candidate === 'object' && 'job' in candidate) {
    const { source, content } = await jobCandidate(candidate.job, candidate.candidate).catch((error: unknown) => {
      if (!(error instanceof ParetuneError)) throw error;
      throw fieldError(path, error.message, 'unknown_reference');
    });
    return { name: candidate.name ?? `${source.jobId}/${source.candidateId}`, ref: null, source, content };
  }
  if (typeof candidate === 'object' && 'prompt' in candidate) {
    const { ref, content } = await resolvePrompt(candidate.prompt, sources, `${path}.prompt`);
    const { model } = candidate;
    const named = ref === null ? plain : model ? `${ref} on ${model.model}` : ref;
    return { name: candidate.name ?? named, ref, source: null, content: model ? { ...content, model } : content };
  }
  const { ref, content } = await resolvePrompt(candidate, sources, path);
  return { name: ref ?? plain, ref, source: null, content };
}
