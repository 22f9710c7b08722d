import { z } from 'zod';
import type { Candidate } from '../../../src/domain/candidate.ts';
import type { SearchTask } from '../../../src/search/contract.ts';
import { renderedExamples } from '../../../src/search/examples.ts';
import { currentInstructions, delimited, truncated } from '../../../src/search/reflection-text.ts';
import { Refusals } from '../../../src/search/refusals.ts';
import type { RejectionMemory } from '../../../src/search/rejection-memory.ts';
import { requestRules } from '../../../src/search/request-rules.ts';
import { structuredAnswer } from '../../../src/search/structured-answer.ts';
import type { Lesson } from './lessons.ts';
import type { DefaultOptions, DefaultPrompts } from './options.ts';
import { applyEdit, type TextEdit, textEditSchema } from './text-edit.ts';

/** A text that an edit has made of its parent's. */
export interface Successor {
  readonly candidate: Candidate;
  readonly parent: Candidate;
  readonly component: string;
  readonly edit: TextEdit;
}

const reasons = structuredAnswer('reasons', z.strictObject({ reasons: z.array(z.string()) }));
const edits = structuredAnswer('edits', z.strictObject({ edits: z.array(textEditSchema) }));
const instructions = structuredAnswer('instructions', z.strictObject({ instructions: z.array(z.string()) }));

/** What the record calls the operators. */
const OPERATORS = { add: 'add-rule', patch: 'patch', delete: 'delete-rule', rewrite: 'rewrite' } as const;
/** The publication uses temperature 1.0 for everything that proposes. */
const TEMPERATURE = 1;
/** Characters of a critique that the record keeps. */
const REASON_LIMIT = 1_000;

/** Asks the reflection model, and turns its answers into candidates that passed the checks. */
export class Critic {
  readonly #task: SearchTask;
  readonly #options: DefaultOptions;
  readonly #prompts: DefaultPrompts;
  readonly #memory: RejectionMemory;
  readonly #refusals = new Refusals();

  constructor(task: SearchTask, options: DefaultOptions, prompts: DefaultPrompts, memory: RejectionMemory) {
    this.#task = task;
    this.#options = options;
    this.#prompts = prompts;
    this.#memory = memory;
  }

  /** Critiques of all lessons, then edits of all critiques; what passes the checks, one list per lesson. */
  async successors(lessons: readonly Lesson[]): Promise<Successor[][]> {
    const critiques = await Promise.all(lessons.map((lesson) => this.#critiques(lesson)));
    const answers = await Promise.all(
      lessons.map((lesson, index) =>
        Promise.all((critiques[index] ?? []).map((reason) => this.#edits(lesson, reason))),
      ),
    );
    return lessons.map((lesson, index) =>
      (answers[index] ?? []).flat().flatMap(({ reason, edit }) => this.#propose(lesson, reason, edit) ?? []),
    );
  }

  /** Other words for the same rules. */
  async paraphrases(parent: Candidate, component: string): Promise<Successor[]> {
    const { paraphrase } = this.#prompts;
    const answer = await this.#task.author.ask({
      purpose: paraphrase.purpose,
      metaPromptHash: paraphrase.hash,
      messages: paraphrase.render({
        current_instructions: currentInstructions(parent.components[component] ?? ''),
        count: String(this.#options.paraphrases),
      }),
      ...instructions,
      temperature: TEMPERATURE,
    });
    return (answer?.value.instructions ?? []).slice(0, this.#options.paraphrases).flatMap((text) => {
      const proposed = this.#task.record.propose({
        components: { ...parent.components, [component]: text },
        parents: [parent],
        operator: 'paraphrase',
        reason: `the pool stagnates; ${component} in other words`,
      });
      if (!proposed.ok) return [];
      const edit: TextEdit = { operation: 'rewrite', original: '', replacement: text };
      return [{ candidate: proposed.candidate, parent, component, edit }];
    });
  }

  async #edits(lesson: Lesson, reason: string): Promise<{ readonly reason: string; readonly edit: TextEdit }[]> {
    const { edit: prompt } = this.#prompts;
    const { editsPerCritique } = this.#options;
    const answer = await this.#task.author.ask({
      purpose: prompt.purpose,
      metaPromptHash: prompt.hash,
      messages: prompt.render({
        ...this.#shown(lesson),
        critique: delimited('critique', reason),
        count: editsPerCritique === 1 ? '1 edit' : `${editsPerCritique} different edits`,
        rules: requestRules(this.#task, {
          text: this.#textOf(lesson),
          examples: lesson.errors,
          refusals: this.#refusals.of(lesson.component),
        }),
      }),
      ...edits,
      temperature: TEMPERATURE,
    });
    return (answer?.value.edits ?? []).slice(0, editsPerCritique).map((edit) => ({ reason, edit }));
  }

  async #critiques(lesson: Lesson): Promise<string[]> {
    const { critique: prompt } = this.#prompts;
    const { critiques, memory } = this.#options;
    const answer = await this.#task.author.ask({
      purpose: prompt.purpose,
      metaPromptHash: prompt.hash,
      messages: prompt.render({
        ...this.#shown(lesson),
        count: String(critiques),
        memory: this.#memory.told(
          lesson.errors.map(({ row }) => row.id),
          memory,
        ),
      }),
      ...reasons,
      temperature: TEMPERATURE,
    });
    return (answer?.value.reasons ?? []).filter((reason) => reason.trim() !== '').slice(0, critiques);
  }

  #shown(lesson: Lesson) {
    const { component, errors, contrasts } = lesson;
    return {
      component: this.#task.components.length > 1 ? ` as the step "${component}" of a chain of prompts` : '',
      current_instructions: currentInstructions(this.#textOf(lesson)),
      examples: renderedExamples(errors),
      contrasts:
        contrasts.length === 0
          ? ''
          : `\nThe next examples are right with these instructions. Find what tells them apart from the ones above; they must stay right.\n\n${renderedExamples(contrasts)}\n`,
    };
  }

  #textOf({ parent, component }: Lesson): string {
    return parent.components[component] ?? '';
  }

  /** Null: refused, by the edit itself or by the checks; the next request is told why. */
  #propose(lesson: Lesson, reason: string, edit: TextEdit): Successor | null {
    const { parent, component, errors } = lesson;
    const applied = applyEdit(this.#textOf(lesson), edit);
    if (!applied.ok) {
      this.#task.record.note('edit-refused', { parent: parent.id, component, reason: applied.reason });
      this.#refusals.add([component], applied.reason);
      return null;
    }
    const proposed = this.#task.record.propose({
      components: { ...parent.components, [component]: applied.text },
      parents: [parent],
      operator: OPERATORS[edit.operation],
      reason: `${component}: ${truncated(reason, REASON_LIMIT)}\nRows: ${errors.map(({ row }) => row.id).join(', ')}`,
      reflectedOn: errors.map(({ row }) => row.id),
    });
    if (proposed.ok) return { candidate: proposed.candidate, parent, component, edit };
    this.#refusals.add([component], proposed.detail);
    return null;
  }
}
