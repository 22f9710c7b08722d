import { z } from 'zod';
import type { Json } from '../../domain/json.ts';
import type { Message } from '../../domain/model.ts';
import type { PromptContent } from '../../domain/prompt.ts';
import { slug } from '../slug.ts';
import { beyondVariables } from './template.ts';

const messagesSchema = z.array(z.object({ role: z.string(), content: z.string() })).min(1);
const namedSchema = z.object({ raw: z.string().optional(), id: z.string().optional(), label: z.string().optional() });
const ROLES: readonly string[] = ['system', 'developer', 'user', 'assistant'];

export interface PromptContext {
  readonly name: string;
  /** Text of a file. Throws when there is none. */
  readonly readText: (name: string) => string;
  readonly prefix: string;
  readonly suffix: string;
  readonly skip: (at: string, what: string, why: string) => void;
}

/** `prompts` of a configuration: texts, chats, and files of them. */
export function promptsOf(
  prompts: Json | undefined,
  context: PromptContext,
): { name: string; prompt: PromptContent }[] {
  const list = prompts === undefined ? [] : Array.isArray(prompts) ? prompts : [prompts];
  const found = list.flatMap((each, index) => readPrompt(each, `prompts[${index}]`, context));
  return found.map(({ label, prompt }, index) => ({
    name: found.length === 1 ? context.name : `${context.name}-${slug(label ?? '') || index + 1}`,
    prompt,
  }));
}

interface Found {
  readonly label: string | undefined;
  readonly prompt: PromptContent;
}

function readPrompt(given: Json, at: string, context: PromptContext): Found[] {
  const named = typeof given === 'string' ? { raw: given } : namedSchema.safeParse(given).data;
  const source = named?.raw ?? named?.id;
  if (source === undefined) {
    context.skip(at, 'a prompt', 'it is neither a text nor a file');
    return [];
  }
  const label = named && 'label' in named ? named.label : undefined;
  const file = source.startsWith('file://')
    ? source.slice('file://'.length)
    : /^[^\n{]*\.(?:txt|md|json|ya?ml|j2|csv|py|[cm]?[jt]s)$/.test(source)
      ? source
      : null;
  if (file === null) return made(source, label, at, context);
  if (!/\.(?:txt|md|json|j2)$/.test(file)) {
    context.skip(
      at,
      source,
      /\*/.test(file)
        ? 'name the files one by one'
        : 'prompts are read from .txt, .md, .j2 and .json; code makes no prompt here',
    );
    return [];
  }
  if (/[*?]/.test(file)) {
    context.skip(at, source, 'name the files one by one');
    return [];
  }
  const text = context.readText(file);
  // A text file may hold several, parted by lines of three dashes.
  const parts = /\.txt$/.test(file) ? text.split(/\r?\n---\r?\n/) : [text];
  return parts.flatMap((part, index) =>
    made(part.trim(), parts.length > 1 ? `${label ?? slug(file)}-${index + 1}` : (label ?? slug(file)), at, context),
  );
}

function made(text: string, label: string | undefined, at: string, context: PromptContext): Found[] {
  const beyond = beyondVariables(text);
  if (beyond.length > 0) {
    context.skip(
      at,
      `the template expression ${beyond[0]}`,
      'prompts here have plain {{variables}} only; it stays in the text as it is, and is not filled in',
    );
  }
  const chat = chatOf(text);
  const messages: Message[] = chat ?? [{ role: 'user', content: text }];
  const last = messages.length - 1;
  return [
    {
      label,
      prompt: {
        messages: messages.map(({ role, content }, index) => ({
          role,
          content: `${index === 0 ? context.prefix : ''}${content}${index === last ? context.suffix : ''}`,
        })),
      },
    },
  ];
}

function chatOf(text: string): Message[] | null {
  if (!text.trimStart().startsWith('[')) return null;
  try {
    const parsed = messagesSchema.safeParse(JSON.parse(text));
    if (!parsed.success || parsed.data.some(({ role }) => !ROLES.includes(role))) return null;
    return parsed.data.map(({ role, content }) => ({ role: role as Message['role'], content }));
  } catch {
    return null;
  }
}
