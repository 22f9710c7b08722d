import { z } from 'zod';
import type { EvaluatorSpec } from '../domain/suite.ts';
import type { NotMapped } from './contract.ts';
import type { SourceRecord } from './records.ts';

const gradersSchema = z.array(z.looseObject({ type: z.string(), name: z.string().optional() }));
const stringCheck = z.object({
  input: z.string(),
  operation: z.enum(['eq', 'ne', 'like', 'ilike']),
  reference: z.string(),
});
const similarity = z.object({
  input: z.string(),
  reference: z.string(),
  evaluation_metric: z.string(),
  pass_threshold: z.number().optional(),
});

const OUTPUT = /^\{\{\s*sample\.output_text\s*\}\}$/;
const ITEM = /^\{\{\s*item\.([A-Za-z0-9_]+)\s*\}\}$/;

/** Graders with an equal here. BLEU and ROUGE count words a little differently (docs/imports.md). */
const SIMILARITIES: Readonly<Record<string, { readonly type: string; readonly options?: EvaluatorSpec['options'] }>> = {
  bleu: { type: 'bleu' },
  rouge_1: { type: 'rouge-n', options: { n: 1 } },
  rouge_2: { type: 'rouge-n', options: { n: 2 } },
  rouge_3: { type: 'rouge-n', options: { n: 3 } },
  rouge_4: { type: 'rouge-n', options: { n: 4 } },
  rouge_5: { type: 'rouge-n', options: { n: 5 } },
  rouge_l: { type: 'rouge-l' },
  fuzzy_match: { type: 'levenshtein' },
};

/** The testing criteria of a hosted eval as evaluators. */
export function openaiCriteria(
  { at, value }: SourceRecord,
  notMapped: NotMapped[],
): { readonly evaluators: readonly EvaluatorSpec[]; readonly reference: string | null } {
  const graders = gradersSchema.safeParse(value['testing_criteria']);
  const evaluators: EvaluatorSpec[] = [];
  let reference: string | null = null;
  for (const [index, grader] of (graders.success ? graders.data : []).entries()) {
    const skip = (why: string) =>
      notMapped.push({ at: `${at} testing_criteria[${index}]`, what: `${grader.type} "${grader.name ?? ''}"`, why });
    const id = idOf(grader.name ?? grader.type, index, evaluators);
    /** True when the reference is the one field that rows expect. */
    const expects = (text: string): boolean => {
      const field = ITEM.exec(text)?.[1];
      if (field === undefined || (reference !== null && reference !== field)) return false;
      reference = field;
      return true;
    };
    const check = stringCheck.safeParse(grader);
    const alike = similarity.safeParse(grader);
    if (grader.type === 'string_check' && check.success) {
      const { input, operation, reference: wanted } = check.data;
      if (!OUTPUT.test(input)) skip('it looks at something else than {{sample.output_text}}');
      else if (/\{\{/.test(wanted) && !expects(wanted))
        skip(
          'rows have one expected answer, and another criterion has taken it, or the reference is a mixture of text and fields',
        );
      else evaluators.push(stringEvaluator(id, operation, /\{\{/.test(wanted) ? undefined : wanted));
    } else if (grader.type === 'text_similarity' && alike.success) {
      const { input, reference: wanted, evaluation_metric: metric, pass_threshold: threshold } = alike.data;
      const mapped = SIMILARITIES[metric];
      if (!mapped) skip(`there is no evaluator for "${metric}"`);
      else if (!OUTPUT.test(input)) skip('it looks at something else than {{sample.output_text}}');
      else if (!expects(wanted)) skip('the reference must be one field of the item, the same in all criteria');
      else evaluators.push({ id, ...mapped, ...(threshold !== undefined && { threshold }) });
    } else if (grader.type === 'label_model' || grader.type === 'score_model') {
      skip(
        'a judge with messages of its own: write its criteria into a rubric or closed-qa evaluator, and set models.judge',
      );
    } else skip('no evaluator runs code or does the like of it');
  }
  return { evaluators, reference };
}

function stringEvaluator(
  id: string,
  operation: 'eq' | 'ne' | 'like' | 'ilike',
  value: string | undefined,
): EvaluatorSpec {
  const options = value === undefined ? {} : { value };
  if (operation === 'like') return { id, type: 'contains', options };
  if (operation === 'ilike') return { id, type: 'icontains', options };
  const negate = operation === 'ne' ? { negate: true } : {};
  if (value === undefined) return { id, type: 'exact-match', options: { trim: false }, ...negate };
  return { id, type: 'regex', options: { pattern: `\\A${escaped(value)}\\z` }, ...negate };
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

function idOf(name: string, index: number, taken: readonly EvaluatorSpec[]): string {
  const id =
    name
      .replace(/[^A-Za-z0-9_-]+/g, '-')
      .replace(/^[^A-Za-z]+|-+$/g, '')
      .slice(0, 40) || `criterion-${index + 1}`;
  return taken.some((each) => each.id === id) ? `${id}-${index + 1}` : id;
}
