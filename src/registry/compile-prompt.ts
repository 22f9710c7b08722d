import { type FieldError, ParetuneError } from '../domain/errors.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import type { Message } from '../domain/model.ts';
import { isChain, type PromptContent, requiredVariables } from '../domain/prompt.ts';
import { renderTemplate } from '../domain/template.ts';

/** Rendered messages: of the prompt, or of each step of a chain. */
export type CompiledPrompt =
  | { readonly messages: readonly Message[] }
  | { readonly steps: readonly { readonly id: string; readonly messages: readonly Message[] }[] };

/**
 * Renders a prompt with variables, strictly: a missing variable is an error, and so is one that the prompt does not use. An object fills
 * dotted placeholders (`{{order.id}}`). In a chain, outputs of earlier steps may be given; where they are not, their placeholders stay.
 *
 * @throws ParetuneError `unprocessable` with one error per variable.
 */
export function compilePrompt(content: PromptContent, variables: JsonObject): CompiledPrompt {
  const outputs = isChain(content) ? content.steps.map((step) => step.output ?? step.id) : [];
  const given = flatten(variables);
  const required = requiredVariables(content);
  const known = [...required, ...outputs];
  const errors: FieldError[] = [];
  for (const name of required) {
    if (Object.hasOwn(given, name)) continue;
    errors.push({ path: `variables.${name}`, message: `is missing: the prompt uses {{${name}}}` });
  }
  const used = known.length > 0 ? `the prompt uses ${known.join(', ')}` : 'the prompt uses no variable';
  for (const name of Object.keys(variables)) {
    if (known.some((wanted) => wanted === name || wanted.startsWith(`${name}.`))) continue;
    errors.push({ path: `variables.${name}`, message: `is not a variable of the prompt; ${used}` });
  }
  const [first] = errors;
  if (first) {
    const detail = errors.map(({ path, message }) => `${path} ${message}`).join('; ');
    throw new ParetuneError('unprocessable', detail, errors);
  }
  // An output that is not known yet renders as its own placeholder.
  const values = { ...Object.fromEntries(outputs.map((name) => [name, `{{${name}}}`])), ...given };
  const render = (messages: readonly Message[]): Message[] =>
    messages.map((message) => ({ ...message, content: renderTemplate(message.content, values) }));
  return isChain(content)
    ? { steps: content.steps.map((step) => ({ id: step.id, messages: render(step.prompt.messages) })) }
    : { messages: render(content.messages) };
}

/** Variables as text by name and dotted path. */
function flatten(variables: JsonObject): Record<string, string> {
  const flat: Record<string, string> = {};
  const visit = (value: Json, path: string) => {
    flat[path] = typeof value === 'string' ? value : JSON.stringify(value);
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
      for (const [key, member] of Object.entries(value)) visit(member, `${path}.${key}`);
    }
  };
  for (const [key, value] of Object.entries(variables)) visit(value, key);
  return flat;
}
