import type { Draft, Measured, SearchRow, SearchTask } from '../../../src/search/contract.ts';
import type { MetaPrompt } from '../../../src/search/meta-prompt.ts';
import { truncated } from '../../../src/search/reflection-text.ts';
import type { Refusals } from '../../../src/search/refusals.ts';
import type { Member } from './pool.ts';
import { reflect } from './reflect.ts';
import type { ReflectSlot } from './reflect-prompt.ts';

/** Characters of a diagnosis that the record keeps. */
const DIAGNOSIS_LIMIT = 1_000;

/** Makes drafts by reflection: each chosen component gets a call of its own, and the draft is the parent with the texts that came. */
export class Mutation {
  readonly #task: SearchTask;
  readonly #prompt: MetaPrompt<ReflectSlot>;
  readonly #refusals: Refusals;
  readonly #rows: ReadonlyMap<string, SearchRow>;

  constructor(task: SearchTask, prompt: MetaPrompt<ReflectSlot>, refusals: Refusals) {
    this.#task = task;
    this.#prompt = prompt;
    this.#refusals = refusals;
    this.#rows = new Map(task.train.map((row) => [row.id, row]));
  }

  /** Null when no call brought a usable answer. */
  async draft(parent: Member, components: readonly string[], minibatch: readonly Measured[]): Promise<Draft | null> {
    const examples = minibatch.flatMap((measured) => {
      const row = this.#rows.get(measured.rowId);
      return row === undefined ? [] : [{ row, measured }];
    });
    const answers = await Promise.all(
      components.map((component) =>
        reflect(this.#task, this.#prompt, {
          component,
          text: parent.candidate.components[component] ?? '',
          examples,
          refusals: this.#refusals.of(component),
        }),
      ),
    );
    const texts: Record<string, string> = {};
    const diagnoses: string[] = [];
    components.forEach((component, position) => {
      const answer = answers[position];
      if (!answer) return;
      texts[component] = answer.instruction;
      diagnoses.push(`${component}: ${truncated(answer.diagnosis, DIAGNOSIS_LIMIT)}`);
    });
    if (diagnoses.length === 0) return null;
    const rowIds = [...new Set(minibatch.map((measured) => measured.rowId))];
    return {
      components: { ...parent.candidate.components, ...texts },
      parents: [parent.candidate],
      operator: 'reflect',
      reason: `reflected on ${rowIds.join(', ')}; ${diagnoses.join('; ')}`,
      reflectedOn: rowIds,
    };
  }
}
