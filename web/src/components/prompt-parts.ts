import { messagesOf, stepsOf, type WirePrompt, type WireSinglePrompt } from '../../../src/client/index.ts';

/** Everything of a prompt that can be read and compared, by name, in its order: messages first, settings as JSON. */
export function partsOf(prompt: WirePrompt): ReadonlyMap<string, string> {
  const steps = stepsOf(prompt);
  const { protected: clauses, model } = prompt;
  const common: [string, unknown][] = [
    ['Protected clauses', clauses?.join('\n')],
    ['Model', model],
  ];
  const parts = steps
    ? [
        ...steps.flatMap(({ id, prompt: step, when, output, ref }) => [
          ...singleParts(step).map(([name, value]): [string, unknown] => [`Step ${id}: ${lowerFirst(name)}`, value]),
          [`Step ${id}: runs when`, when] as [string, unknown],
          [`Step ${id}: output`, output] as [string, unknown],
          [`Step ${id}: copy of`, ref] as [string, unknown],
        ]),
        ...common,
      ]
    : singleParts({ ...prompt, messages: messagesOf(prompt) });
  return new Map(
    parts
      .filter(([, value]) => value !== undefined && value !== '')
      .map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value, null, 2)]),
  );
}

function singleParts(prompt: WireSinglePrompt): [string, unknown][] {
  const { messages, variables, tools, outputSchema, protected: clauses, model } = prompt;
  return [
    ...messages.map(({ role, content }, at): [string, string] => [`Message ${at + 1} (${role})`, content]),
    ['Variables', variables?.join('\n')],
    ['Tools', tools],
    ['Output schema', outputSchema],
    ['Protected clauses', clauses?.join('\n')],
    ['Model', model],
  ];
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
