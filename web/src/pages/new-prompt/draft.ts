import { messagesOf, stepsOf, type WirePrompt } from '../../../../src/client/index.ts';
import { placeholders } from '../../../../src/domain/template.ts';

/** A version as it is being written. Settings are JSON texts: the service says what is wrong with them. */
export interface Draft {
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  /** In place of messages: the steps of a chain. */
  readonly steps: string | null;
  readonly protected: string;
  readonly outputSchema: string;
  readonly tools: string;
}

export const EMPTY: Draft = {
  messages: [
    { role: 'system', content: '' },
    { role: 'user', content: '{{input}}' },
  ],
  steps: null,
  protected: '',
  outputSchema: '',
  tools: '',
};

const jsonText = (value: unknown): string => (value === undefined ? '' : JSON.stringify(value, null, 2));

export function draftOf(prompt: WirePrompt): Draft {
  const steps = stepsOf(prompt);
  const single = 'messages' in prompt ? prompt : null;
  return {
    messages: messagesOf(prompt).map(({ role, content }) => ({ role, content })),
    steps: steps ? jsonText(steps) : null,
    protected: (Array.isArray(prompt.protected) ? prompt.protected : []).join('\n'),
    outputSchema: jsonText(single?.outputSchema),
    tools: jsonText(single?.tools),
  };
}

/** The members of the request. What the form does not show (the model) is carried over from the version that was edited. Throws with the name of the field that is no JSON. */
export function contentOf(draft: Draft, edited: WirePrompt | null): object {
  const single = edited && 'messages' in edited ? edited : null;
  const texts = draft.messages.map(({ content }) => content).join('\n');
  const clauses = draft.protected.split('\n').filter((clause) => clause.trim() !== '');
  return {
    ...(draft.steps === null ? { messages: draft.messages } : { steps: parsed('Steps', draft.steps) }),
    // Declared ones have to be just those that the messages have.
    ...(draft.steps === null && Array.isArray(single?.variables) && { variables: placeholders(texts) }),
    ...(clauses.length > 0 && { protected: clauses }),
    ...(edited?.model && { model: edited.model }),
    ...(draft.steps === null &&
      draft.outputSchema.trim() !== '' && { outputSchema: parsed('Output schema', draft.outputSchema) }),
    ...(draft.steps === null && draft.tools.trim() !== '' && { tools: parsed('Tools', draft.tools) }),
  };
}

function parsed(field: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${field}: this is not JSON: ${error instanceof Error ? error.message : error}`);
  }
}
