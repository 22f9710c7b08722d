import { contentHash } from '../domain/content-hash.ts';
import { fieldError } from '../domain/errors.ts';
import type { Message } from '../domain/model.ts';
import { placeholders, renderTemplate } from '../domain/template.ts';

export interface MetaPromptSpec<Slot extends string, Optional extends string = never> {
  /** `<optimizer>/<purpose>`, such as `gepa/reflect`. */
  readonly id: string;
  /** Raised with every change of the text. */
  readonly version: number;
  /** The text with its slots as `{{slot}}`. */
  readonly text: string;
  /** Slots that every text must have: without one of them the request would say nothing about the task. */
  readonly slots: readonly Slot[];
  /** Slots that an overriding text may leave out. */
  readonly optional?: readonly Optional[];
}

/** A request to the reflection model as a versioned text with slots. */
export interface MetaPrompt<Slot extends string = string> {
  readonly id: string;
  /** `custom` when a job brought its own text. */
  readonly version: number | 'custom';
  readonly text: string;
  /** Content hash of id and text: what the record keeps beside each answer. */
  readonly hash: string;
  /** `id@version`: `purpose` of an AuthorRequest. */
  readonly purpose: string;
  /**
   * One user message. Every slot is replaced by its value literally and in a single pass: a value that itself looks like a slot stays
   * as it is. Values that come from rows or models must be delimited first (`delimited` of reflection-text.ts).
   */
  render(values: Readonly<Record<Slot, string>>): Message[];
  /**
   * The same request in a job's own words: another hash, version `custom`. `undefined` gives the prompt itself. Throws `unprocessable`
   * at `path` when a required slot is missing or an unknown one is used.
   */
  override(text: string | undefined, path: string): MetaPrompt<Slot>;
}

/** Declares a meta-prompt. Throws when its text and its slots do not agree. */
export function metaPrompt<const Slot extends string, const Optional extends string = never>(
  spec: MetaPromptSpec<Slot, Optional>,
): MetaPrompt<Slot | Optional> {
  return build({ ...spec, optional: spec.optional ?? [] }, `metaPrompt(${spec.id})`);
}

interface Built {
  readonly id: string;
  readonly version: number | 'custom';
  readonly text: string;
  readonly slots: readonly string[];
  readonly optional: readonly string[];
}

function build(spec: Built, path: string): MetaPrompt {
  const { id, version, text } = spec;
  const used = placeholders(text);
  const missing = spec.slots.find((slot) => !used.includes(slot));
  if (missing !== undefined)
    throw fieldError(path, `the text lacks {{${missing}}}; add it where its content should stand`);
  const known = [...spec.slots, ...spec.optional];
  const unknown = used.find((slot) => !known.includes(slot));
  if (unknown !== undefined) {
    const list = known.map((slot) => `{{${slot}}}`).join(', ');
    throw fieldError(path, `the text uses {{${unknown}}}, which this prompt does not have; known are ${list}`);
  }
  return {
    id,
    version,
    text,
    hash: contentHash({ id, text }),
    purpose: `${id}@${version}`,
    render: (values) => [{ role: 'user', content: renderTemplate(text, values) }],
    override: (own, at) =>
      own === undefined ? build(spec, path) : build({ ...spec, text: own, version: 'custom' }, at),
  };
}
