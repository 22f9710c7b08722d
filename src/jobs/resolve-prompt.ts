import { fieldError } from '../domain/errors.ts';
import type { PromptRequest } from '../domain/job.ts';
import { isChain, type PromptContent } from '../domain/prompt.ts';
import type { JobSources } from './sources.ts';

/** The prompt that a request names or holds; the steps of a chain may be references, too. `path` is where it stands in the request. */
export async function resolvePrompt(
  request: PromptRequest,
  sources: JobSources,
  path = 'prompt',
): Promise<{ ref: string | null; content: PromptContent }> {
  if (typeof request === 'string') return sources.prompt(request, path);
  if (!('steps' in request)) return { ref: null, content: request };
  const steps = await Promise.all(
    request.steps.map(async (step, index) => {
      if (typeof step.prompt !== 'string') return { ...step, prompt: step.prompt };
      const { content } = await sources.prompt(step.prompt, `${path}.steps.${index}.prompt`);
      if (isChain(content))
        throw fieldError(`${path}.steps.${index}.prompt`, `"${step.prompt}" is a chain; a step takes a single prompt`);
      return { ...step, prompt: content };
    }),
  );
  return { ref: null, content: { ...request, steps } };
}
