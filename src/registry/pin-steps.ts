import { contentHash } from '../domain/content-hash.ts';
import { fieldError } from '../domain/errors.ts';
import { type ChainStep, isChain, type PromptContent } from '../domain/prompt.ts';
import type { PromptContentRequest } from './prompt-request.ts';

/** Looks a reference up; `path` is where it stands in the request. */
export type ResolvePrompt = (
  reference: string,
  path: string,
) => Promise<{ readonly ref: string; readonly content: PromptContent }>;

/** Hash of a registered version's content (`name@3`), undefined when there is none. */
export type HashOfVersion = (ref: string) => Promise<string | undefined>;

/**
 * Pins a chain: each step that names a registered prompt gets a copy of it and the `ref` of the version, so that the chain never changes
 * with it. A step that is already a copy keeps its `ref` as long as it is the same; one that was edited, such as a step that a search
 * improved, loses it.
 */
export async function pinSteps(
  request: PromptContentRequest,
  path: string,
  resolve: ResolvePrompt,
  hashOf: HashOfVersion,
): Promise<PromptContent> {
  if (!('steps' in request)) return request;
  const steps: ChainStep[] = [];
  for (const [index, step] of request.steps.entries()) {
    const { prompt, ref, ...rest } = step;
    if (typeof prompt === 'string') {
      const at = `${path === '' ? '' : `${path}.`}steps.${index}.prompt`;
      const found = await resolve(prompt, at);
      if (isChain(found.content)) {
        throw fieldError(at, `${found.ref} is a chain, but a step needs a single prompt; name one of those instead`);
      }
      steps.push({ ...rest, prompt: found.content, ref: found.ref });
    } else {
      const same = ref !== undefined && (await hashOf(ref)) === contentHash(prompt);
      steps.push({ ...rest, prompt, ...(same && { ref }) });
    }
  }
  return { ...request, steps };
}
