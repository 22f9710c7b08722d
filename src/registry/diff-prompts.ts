import { diffWordsWithSpace, structuredPatch } from 'diff';
import { canonicalJson, type Json, type JsonObject } from '../domain/json.ts';
import type { Message } from '../domain/model.ts';
import { isChain, type PromptContent } from '../domain/prompt.ts';

/** Hostile texts make the search for the shortest edit very long; past this a text counts as replaced. */
const TIMEOUT_MS = 500;
const CONTEXT_LINES = 3;

export interface TextHunk {
  readonly oldStart: number;
  readonly oldLines: number;
  readonly newStart: number;
  readonly newLines: number;
  /** Each with its sign: " ", "-" or "+". */
  readonly lines: readonly string[];
}

export interface TextChange {
  /** `messages.0`, or `steps.<id>.messages.0`. */
  readonly path: string;
  readonly change: 'added' | 'removed' | 'changed';
  /** The change by lines, as in a unified diff. */
  readonly hunks: readonly TextHunk[];
  /** The change by words: the whole text in pieces. */
  readonly words: readonly { readonly kind: 'same' | 'added' | 'removed'; readonly text: string }[];
}

/** One setting that differs. A side that does not have it has no value. */
export interface SettingChange {
  readonly path: string;
  readonly from?: Json;
  readonly to?: Json;
}

/** What differs between two prompts: texts of messages, and everything else by path. */
export interface PromptDiff {
  readonly identical: boolean;
  readonly texts: readonly TextChange[];
  readonly settings: readonly SettingChange[];
}

export function diffPrompts(from: PromptContent, to: PromptContent): PromptDiff {
  const before = takeApart(from);
  const after = takeApart(to);
  const texts: TextChange[] = [];
  for (const path of new Set([...before.texts.keys(), ...after.texts.keys()])) {
    const [old, now] = [before.texts.get(path), after.texts.get(path)];
    if (old === now) continue;
    const change = old === undefined ? 'added' : now === undefined ? 'removed' : 'changed';
    texts.push({ path, change, hunks: lineHunks(old ?? '', now ?? ''), words: wordChanges(old ?? '', now ?? '') });
  }
  const settings = settingChanges(before.settings, after.settings, '');
  return { identical: texts.length === 0 && settings.length === 0, texts, settings };
}

/** Texts by path, and the rest as plain JSON. Steps go by id, so that an inserted step does not change all that follow. */
function takeApart(content: PromptContent): { texts: Map<string, string>; settings: JsonObject } {
  const texts = new Map<string, string>();
  const roles = (messages: readonly Message[], path: string): Json =>
    messages.map((message, index) => {
      texts.set(`${path}messages.${index}`, message.content);
      return { role: message.role };
    });
  if (!isChain(content)) {
    const { messages, ...rest } = content;
    return { texts, settings: plain({ ...rest, messages: roles(messages, '') }) };
  }
  const { steps, ...rest } = content;
  const byId = steps.map(({ id, prompt, ...step }) => {
    const { messages, ...settings } = prompt;
    return [id, { ...step, ...settings, messages: roles(messages, `steps.${id}.`) }] as const;
  });
  return { texts, settings: plain({ ...rest, order: steps.map(({ id }) => id), steps: Object.fromEntries(byId) }) };
}

/** As JSON, without undefined members. */
const plain = (value: object): JsonObject => JSON.parse(JSON.stringify(value)) as JsonObject;

function settingChanges(from: Json | undefined, to: Json | undefined, path: string): SettingChange[] {
  const [left, right] = [membersOf(from), membersOf(to)];
  if (left && right) {
    return [...new Set([...Object.keys(left), ...Object.keys(right)])].flatMap((key) =>
      settingChanges(left[key], right[key], path === '' ? key : `${path}.${key}`),
    );
  }
  if (canonicalJson(from) === canonicalJson(to)) return [];
  return [{ path, ...(from !== undefined && { from }), ...(to !== undefined && { to }) }];
}

function membersOf(value: Json | undefined): JsonObject | null {
  if (value === undefined || value === null || typeof value !== 'object') return null;
  return Array.isArray(value) ? Object.fromEntries(value.entries()) : value;
}

function lineHunks(old: string, now: string): TextHunk[] {
  const patch = structuredPatch('', '', old, now, '', '', { context: CONTEXT_LINES, timeout: TIMEOUT_MS });
  if (patch) {
    return patch.hunks.map(({ oldStart, oldLines, newStart, newLines, lines }) => {
      return { oldStart, oldLines, newStart, newLines, lines };
    });
  }
  const [removed, added] = [old.split('\n'), now.split('\n')];
  const lines = [...removed.map((line) => `-${line}`), ...added.map((line) => `+${line}`)];
  return [{ oldStart: 1, oldLines: removed.length, newStart: 1, newLines: added.length, lines }];
}

function wordChanges(old: string, now: string): TextChange['words'] {
  const parts = diffWordsWithSpace(old, now, { timeout: TIMEOUT_MS });
  if (!parts) {
    return [
      { kind: 'removed', text: old },
      { kind: 'added', text: now },
    ];
  }
  return parts.map(({ added, removed, value }) => {
    return { kind: added ? 'added' : removed ? 'removed' : 'same', text: value };
  });
}
