import { z } from 'zod';
import type { Candidate } from '../../../src/domain/candidate.ts';
import type { Message } from '../../../src/domain/model.ts';
import type { Measured, SearchRow, SearchTask } from '../../../src/search/contract.ts';
import { type Example, renderedExamples } from '../../../src/search/examples.ts';
import type { MetaPrompt } from '../../../src/search/meta-prompt.ts';
import { currentInstructions, delimited, truncated } from '../../../src/search/reflection-text.ts';
import type { Refusals } from '../../../src/search/refusals.ts';
import type { RejectionMemory } from '../../../src/search/rejection-memory.ts';
import { requestRules } from '../../../src/search/request-rules.ts';
import { withChanges } from '../../../src/search/sentences.ts';
import { structuredAnswer } from '../../../src/search/structured-answer.ts';
import { consensusOf } from './consensus.ts';
import type { CrossoverSlot } from './crossover-prompt.ts';
import type { RacingOptions } from './options.ts';
import type { ProposeSlot } from './propose-prompt.ts';

/** What one reflection looks at. */
export interface Lesson {
  readonly parent: Candidate;
  readonly component: string;
  /** Rows that fail under the parent's very text. */
  readonly shown: readonly Example[];
  /** Rows that must stay right. */
  readonly contrasts: readonly Example[];
  /** Another text, which is right on the rows shown and wrong on the contrasts: what both know is to come together. */
  readonly partner?: Candidate;
}

const answer = structuredAnswer(
  'hypotheses',
  z.strictObject({
    candidates: z
      .array(
        z.strictObject({
          diagnosis: z.string().describe('One or two sentences on the rule that this version supposes.'),
          instruction: z.string().describe('The complete new instruction text.'),
        }),
      )
      .min(1)
      .max(8),
  }),
);

const WORDS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight'];
/** Characters of a diagnosis that the record keeps. */
const DIAGNOSIS_LIMIT = 1_000;

/** The requests to the reflection model. */
export interface ReflectionPrompts {
  readonly propose: MetaPrompt<ProposeSlot>;
  readonly crossover: MetaPrompt<CrossoverSlot>;
}

/** Several labelled hypotheses from one reflection, as candidates that passed the checks. */
export class Hypotheses {
  readonly #task: SearchTask;
  readonly #options: RacingOptions;
  readonly #prompts: ReflectionPrompts;
  readonly #refusals: Refusals;
  readonly #memory: RejectionMemory;

  constructor(
    task: SearchTask,
    options: RacingOptions,
    prompts: ReflectionPrompts,
    refusals: Refusals,
    memory: RejectionMemory,
  ) {
    this.#task = task;
    this.#options = options;
    this.#prompts = prompts;
    this.#refusals = refusals;
    this.#memory = memory;
  }

  /** The candidates, and how many hypotheses were refused. */
  async ask(lesson: Lesson): Promise<{ readonly candidates: readonly Candidate[]; readonly refused: number }> {
    const { parent, component, shown, partner } = lesson;
    const rowIds = shown.map(({ row }) => row.id);
    const prompt = partner === undefined ? this.#prompts.propose : this.#prompts.crossover;
    const reply = await this.#task.author.ask({
      purpose: prompt.purpose,
      metaPromptHash: prompt.hash,
      messages: this.#messages(lesson),
      ...answer,
    });
    const made =
      partner === undefined
        ? { parents: [parent], operator: 'reflect', why: `reflected on ${rowIds.join(', ')}` }
        : {
            parents: [parent, partner],
            operator: 'crossover',
            why: `${partner.id} is right on ${rowIds.join(', ')}, where ${parent.id} fails`,
          };
    const candidates: Candidate[] = [];
    let refused = 0;
    for (const hypothesis of reply?.value.candidates.slice(0, this.#options.hypotheses) ?? []) {
      const proposed = this.#task.record.propose({
        components: { ...parent.components, [component]: hypothesis.instruction },
        parents: made.parents,
        operator: made.operator,
        reason: `${made.why}; ${component}: ${truncated(hypothesis.diagnosis, DIAGNOSIS_LIMIT)}`,
        reflectedOn: rowIds,
      });
      if (proposed.ok) candidates.push(proposed.candidate);
      else {
        refused += 1;
        this.#refusals.add([component], proposed.detail);
      }
    }
    return { candidates, refused };
  }

  /** The parent with the changes that several of these hypotheses make; null when they agree on nothing, or the text is refused. */
  agreed({ parent, component, shown }: Lesson, candidates: readonly Candidate[]): Candidate | null {
    const text = parent.components[component] ?? '';
    const textOf = (candidate: Candidate) => candidate.components[component] ?? '';
    const changes = consensusOf(text, candidates.map(textOf));
    if (changes.length === 0) return null;
    const agreed = withChanges(text, changes);
    const same = candidates.find((candidate) => textOf(candidate) === agreed);
    if (same !== undefined) return same;
    const proposed = this.#task.record.propose({
      components: { ...parent.components, [component]: agreed },
      parents: [parent],
      operator: 'consensus',
      reason: `what at least two of ${candidates.map(({ id }) => id).join(', ')} change`,
      reflectedOn: shown.map(({ row }) => row.id),
    });
    return proposed.ok ? proposed.candidate : null;
  }

  #messages(lesson: Lesson): Message[] {
    const { parent, component, shown, contrasts, partner } = lesson;
    const text = parent.components[component] ?? '';
    const said = {
      component: this.#task.components.length > 1 ? ` as the step "${component}" of a chain of prompts,` : '',
      instructions: currentInstructions(text),
      count: WORDS[this.#options.hypotheses] ?? String(this.#options.hypotheses),
      rules: requestRules(this.#task, { text, examples: shown, refusals: this.#refusals.of(component) }),
    };
    if (partner !== undefined)
      return this.#prompts.crossover.render({
        ...said,
        other: delimited('other_instructions', partner.components[component] ?? ''),
        won: renderedExamples(shown),
        kept: renderedExamples(contrasts),
      });
    const rowIds = shown.map(({ row }) => row.id);
    return this.#prompts.propose.render({
      ...said,
      examples: this.#examples(lesson),
      memory: this.#options.memory > 0 ? this.#memory.told(rowIds, this.#options.memory) : '',
    });
  }

  #examples({ shown, contrasts }: Lesson): string {
    const failing = renderedExamples(shown);
    if (contrasts.length === 0) return failing;
    return `${failing}\n\nThe next examples are right with the present instructions. Find what tells them apart from the ones above; they must stay right.\n\n${renderedExamples(contrasts)}`;
  }
}

/** Rows, each with what came of it; rows of which nothing is known are left out. */
export function examplesOf(
  task: SearchTask,
  rowIds: readonly string[],
  measuredOf: (rowId: string) => Measured | undefined,
): Example[] {
  const rows = new Map<string, SearchRow>([...task.train, ...task.validation].map((row) => [row.id, row]));
  return rowIds.flatMap((rowId) => {
    const row = rows.get(rowId);
    const measured = measuredOf(rowId);
    return row === undefined || measured === undefined ? [] : [{ row, measured }];
  });
}
