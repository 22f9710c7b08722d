import { z } from 'zod';
import { fieldError } from './errors.ts';
import { jsonObjectSchema } from './json.ts';
import { type Message, type ModelConfig, messageSchema, modelConfigSchema } from './model.ts';
import { placeholders, RESERVED_VARIABLES } from './template.ts';

export const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,99}$/;
export const nameSchema = z
  .string()
  .regex(NAME, 'must be 1–100 of letters, digits, "_", "." and "-", starting with a letter or digit');

const promptBase = {
  messages: z
    .array(messageSchema)
    .min(1)
    .max(100)
    .describe('What is sent. Optimizers rewrite the first system or developer message, else the first message.'),
  variables: z
    .array(z.string())
    .optional()
    .describe('Declared variables; when given, they must be just the placeholders of the messages.'),
  tools: z
    .array(jsonObjectSchema)
    .optional()
    .describe(
      'Function tools that the model may call, as the provider spells them; they take the place of `providerOptions.tools`. Nothing runs them: the calls that the model asks for end its answer and are kept.',
    ),
  outputSchema: jsonObjectSchema.optional().describe('JSON Schema of the answer.'),
  protected: z
    .array(z.string().min(1))
    .optional()
    .describe('Clauses that every edit must keep word for word, each in the text where it stands.'),
  model: modelConfigSchema.optional().describe("Model of this prompt. Default: the job's `models.task`."),
};

export const singlePromptSchema = z.strictObject(promptBase).meta({ id: 'SinglePrompt' });
export type SinglePrompt = z.infer<typeof singlePromptSchema>;

export const conditionSchema = z
  .strictObject({
    variable: z.string().describe('An input field or the output of an earlier step.'),
    equals: z.string().optional().describe('Runs when the variable is this.'),
    notEquals: z.string().optional().describe('Runs when the variable is anything else.'),
    in: z.array(z.string()).optional().describe('Runs when the variable is one of these.'),
  })
  .describe('The step runs only when the (trimmed) variable matches.');
export type Condition = z.infer<typeof conditionSchema>;

export const chainStepSchema = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z][a-z0-9_-]{0,49}$/, 'must be lower-case letters, digits, "_" and "-"')
    .describe('Component id of the step.'),
  prompt: singlePromptSchema.describe('The prompt of the step.'),
  when: conditionSchema.optional(),
  output: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/)
    .optional()
    .describe('Name under which later steps see the output; default: the step id.'),
  ref: z
    .string()
    .regex(/^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,99}@[1-9][0-9]*$/, 'must be "name@version"')
    .optional()
    .describe(
      'Registered version that `prompt` is a copy of; the registry sets it, and drops it when the copy was edited.',
    ),
});
export type ChainStep = z.infer<typeof chainStepSchema>;

export const chainPromptSchema = z
  .strictObject({
    steps: z
      .array(chainStepSchema)
      .min(1)
      .max(20)
      .describe('In the order in which they run; the last one that ran gives the answer.'),
    protected: promptBase.protected,
    model: promptBase.model,
  })
  .meta({ id: 'ChainPrompt' });
export type ChainPrompt = z.infer<typeof chainPromptSchema>;

/** What is optimized: one prompt, or a chain of them. */
export const promptContentSchema = z.union([singlePromptSchema, chainPromptSchema]);
export type PromptContent = z.infer<typeof promptContentSchema>;

export function isChain(prompt: PromptContent): prompt is ChainPrompt {
  return 'steps' in prompt;
}

/** Component id of a single prompt. In a chain the components are the step ids. */
export const SINGLE_COMPONENT = 'prompt';

/** Candidate texts by component id. */
export type Components = Readonly<Record<string, string>>;

/** All messages, those of a chain in the order of its steps. */
function messagesOf(prompt: PromptContent): readonly Message[] {
  return isChain(prompt) ? prompt.steps.flatMap((step) => step.prompt.messages) : prompt.messages;
}

/** Tokens of the whole prompt template: all messages of all steps, placeholders unfilled. */
export function promptTokens(prompt: PromptContent, countTokens: (text: string) => number): number {
  return messagesOf(prompt).reduce((sum, message) => sum + countTokens(message.content), 0);
}

/** Index of the message that carries the instructions: the first system or developer message, else the first message. */
function instructionIndex(messages: readonly Message[]): number {
  const index = messages.findIndex((message) => message.role === 'system' || message.role === 'developer');
  return index < 0 ? 0 : index;
}

/** The texts that an optimizer may rewrite: the instruction message of the prompt, or of each step. */
export function componentsOf(prompt: PromptContent): Components {
  const text = (messages: readonly Message[]) => messages[instructionIndex(messages)]?.content ?? '';
  return isChain(prompt)
    ? Object.fromEntries(prompt.steps.map((step) => [step.id, text(step.prompt.messages)]))
    : { [SINGLE_COMPONENT]: text(prompt.messages) };
}

/** The prompt with its component texts replaced. Components that are not named stay. */
export function withComponents<P extends PromptContent>(prompt: P, components: Components): P {
  const replaced = (messages: readonly Message[], text: string | undefined) => {
    const at = instructionIndex(messages);
    return messages.map((message, index) =>
      index === at && text !== undefined ? { ...message, content: text } : message,
    );
  };
  if (isChain(prompt)) {
    return {
      ...prompt,
      steps: prompt.steps.map((step) => ({
        ...step,
        prompt: { ...step.prompt, messages: replaced(step.prompt.messages, components[step.id]) },
      })),
    };
  }
  return { ...prompt, messages: replaced(prompt.messages, components[SINGLE_COMPONENT]) };
}

/** The prompts of the steps; a single prompt is its own. */
const stepPrompts = (prompt: PromptContent): readonly SinglePrompt[] =>
  isChain(prompt) ? prompt.steps.map((step) => step.prompt) : [prompt];

/** How the model of one step is called: its own model or the fallback, with the tools that the step offers. */
export function calledModel({ model, tools }: SinglePrompt, fallback: ModelConfig): ModelConfig {
  const config = model ?? fallback;
  return tools && tools.length > 0 ? { ...config, providerOptions: { ...config.providerOptions, tools } } : config;
}

/** How the model of each step is called. */
export function calledModels(prompt: PromptContent, taskModel: ModelConfig): readonly ModelConfig[] {
  return stepPrompts(prompt).map((step) => calledModel(step, prompt.model ?? taskModel));
}

/** Variables that the prompt needs from a row; a chain's own step outputs are not among them. */
export function requiredVariables(prompt: PromptContent): string[] {
  const ofMessages = (messages: readonly Message[]) => messages.flatMap((message) => placeholders(message.content));
  if (!isChain(prompt)) return [...new Set(ofMessages(prompt.messages))];
  const produced = new Set<string>();
  const needed = new Set<string>();
  for (const step of prompt.steps) {
    const used = [...ofMessages(step.prompt.messages), ...(step.when ? [step.when.variable] : [])];
    for (const name of used) if (!produced.has(name)) needed.add(name);
    produced.add(step.output ?? step.id);
  }
  return [...needed];
}

/** The clauses that an edit of this component must keep where they stand in it: those of its own step, and those of the whole chain. */
export function protectedClauses(prompt: PromptContent, component: string): readonly string[] {
  if (!isChain(prompt)) return prompt.protected ?? [];
  const step = prompt.steps.find(({ id }) => id === component);
  return [...(prompt.protected ?? []), ...(step?.prompt.protected ?? [])];
}

/** Rules that a schema cannot say. `path` is where the prompt stands in the request. Throws `unprocessable`. */
export function checkPrompt(prompt: PromptContent, path = ''): void {
  const at = (rest: string) => (path ? `${path}.${rest}` : rest);
  const checkClauses = (clauses: readonly string[] = [], messages: readonly Message[], where: string) => {
    const missing = clauses.find((clause) => !messages.some((message) => message.content.includes(clause)));
    if (missing !== undefined)
      throw fieldError(
        where,
        `the clause ${JSON.stringify(missing)} is not in the prompt; protected clauses must be in one of its messages word for word`,
      );
  };
  const check = (single: SinglePrompt, where: string) => {
    checkClauses(single.protected, single.messages, `${where}protected`);
    const used = [...new Set(single.messages.flatMap((message) => placeholders(message.content)))];
    for (const name of used) {
      const root = name.split('.')[0] ?? name;
      if (RESERVED_VARIABLES.includes(root)) {
        throw fieldError(
          `${where}messages`,
          `{{${name}}} is reserved: the expected answer can never be rendered into a prompt; remove it`,
        );
      }
    }
    for (const name of single.variables ?? []) {
      if (!used.includes(name))
        throw fieldError(
          `${where}variables`,
          `"${name}" is declared but no message has the placeholder {{${name}}}; add it or drop the variable`,
        );
    }
    if (single.variables) {
      const missing = used.find((name) => !single.variables?.includes(name));
      if (missing !== undefined)
        throw fieldError(
          `${where}variables`,
          `the messages use {{${missing}}}, which is not declared; add "${missing}"`,
        );
    }
  };
  if (!isChain(prompt)) {
    check(prompt, path ? `${path}.` : '');
    return;
  }
  checkClauses(prompt.protected, messagesOf(prompt), at('protected'));
  const seen = new Set<string>();
  prompt.steps.forEach((step, index) => {
    const output = step.output ?? step.id;
    if (seen.has(step.id) || seen.has(output))
      throw fieldError(
        at(`steps.${index}.id`),
        `"${step.id}" or its output "${output}" is used by an earlier step; names must differ`,
      );
    seen.add(step.id);
    seen.add(output);
    check(step.prompt, at(`steps.${index}.prompt.`));
  });
}
