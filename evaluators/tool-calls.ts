import { z } from 'zod';
import { jsonObjectSchema } from '../src/domain/json.ts';
import { defineEvaluator } from '../src/lab/evaluator.ts';
import { bestAssignment } from './common/assignment.ts';
import { category, graded, missing, noExpected, right } from './common/grade.ts';
import { quoteJson } from './common/text.ts';
import {
  ARGUMENT_MODES,
  type ArgumentMode,
  callMatches,
  type MadeCall,
  madeCall,
  shownCall,
  type WantedCall,
  wantedCalls,
} from './common/tool-calls.ts';

/** Calls of each side that are paired; those after them count as unmatched. */
const MAX_CALLS = 100;
const SHOWN = 10;

const options = z.strictObject({
  calls: z
    .array(
      z.union([
        z.string().min(1).max(200),
        z.strictObject({
          name: z.string().min(1).max(200).describe('Name of the tool.'),
          arguments: jsonObjectSchema.optional().describe('What it should be called with.'),
        }),
      ]),
    )
    .max(MAX_CALLS)
    .transform((calls) => calls.map((call): WantedCall => (typeof call === 'string' ? { name: call } : call)))
    .optional()
    .describe(
      'The right calls: names, or `{"name": …, "arguments": {…}}`; without arguments any will do. Default: the expected answer of the row, a list of the same kind; an empty list means that no tool may be called.',
    ),
  arguments: z
    .enum(ARGUMENT_MODES)
    .default('partial')
    .describe(
      '`partial`: each expected argument is there with its value, more may be. `exact`: just the expected arguments. `ignore`: names alone.',
    ),
  order: z
    .enum(['any', 'same'])
    .default('any')
    .describe('`same`: calls count as far as they come in the expected order.'),
  allowExtra: z.boolean().default(false).describe('Calls that are not expected cost nothing: the value is the recall.'),
});

export const toolCalls = defineEvaluator({
  type: 'tool-calls',
  title: 'Tool calls',
  description:
    'F1 of the calls that the model asked for against the expected ones, by name and arguments, each paired once: 2 · right calls / (calls made + calls expected). ' +
    'The calls of all steps count, as the answers of the provider list them; 100 of each side are compared. The prompt must offer tools.',
  needs: ['toolCalls'],
  alsoNeeds: ({ calls }) => (calls === undefined ? ['expected'] : []),
  options,
  defaultThreshold: 1,
  evaluate(sample, { calls, arguments: mode, order, allowExtra }) {
    if (calls === undefined && sample.expected === undefined) return noExpected();
    const wanted = calls ?? wantedCalls(sample.expected ?? null);
    const made = sample.toolCalls.map(madeCall);
    if (wanted === null) {
      return missing(
        `the expected answer ${quoteJson(sample.expected, 80)} is no list of tool calls (names, or objects with "name" and "arguments")`,
      );
    }
    if (wanted.length === 0 && allowExtra) return missing('no call is expected and every call is allowed');
    const pairs = order === 'same' ? pairInOrder(wanted, made, mode) : pairAnyhow(wanted, made, mode);
    const matched = pairs.size;
    const of = allowExtra ? wanted.length : (wanted.length + made.length) / 2;
    const details = { expected: wanted.length, made: made.length, matched };
    if (of === 0 || matched === of) {
      return right(
        wanted.length === 0 ? 'no tool was called, as expected' : `the calls ${listText(wanted)} were made`,
        details,
      );
    }
    return graded(matched / of, ...explained(wanted, made, pairs, mode, allowExtra), details);
  },
});

/** Made call by expected call, both by position. */
type Pairs = ReadonlyMap<number, number>;

function pairAnyhow(wanted: readonly WantedCall[], made: readonly MadeCall[], mode: ArgumentMode): Pairs {
  const matches = wanted
    .slice(0, MAX_CALLS)
    .map((want) => made.slice(0, MAX_CALLS).map((call) => Number(callMatches(want, call, mode))));
  const pairs = new Map<number, number>();
  bestAssignment(matches).forEach((at, index) => {
    if (matches[index]?.[at] === 1) pairs.set(index, at);
  });
  return pairs;
}

/** A longest common subsequence. */
function pairInOrder(wanted: readonly WantedCall[], made: readonly MadeCall[], mode: ArgumentMode): Pairs {
  const rows = Math.min(wanted.length, MAX_CALLS);
  const columns = Math.min(made.length, MAX_CALLS);
  const matches = (row: number, column: number) => {
    const [want, call] = [wanted[row], made[column]];
    return want !== undefined && call !== undefined && callMatches(want, call, mode);
  };
  /** Longest from this row and column on. */
  const longest = Array.from({ length: rows + 1 }, () => new Int32Array(columns + 1));
  const at = (row: number, column: number) => longest[row]?.[column] ?? 0;
  for (let row = rows - 1; row >= 0; row -= 1) {
    const line = longest[row];
    for (let column = columns - 1; line && column >= 0; column -= 1) {
      line[column] = matches(row, column)
        ? at(row + 1, column + 1) + 1
        : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  const pairs = new Map<number, number>();
  for (let row = 0, column = 0; row < rows && column < columns; ) {
    if (matches(row, column)) {
      pairs.set(row, column);
      row += 1;
      column += 1;
    } else if (at(row + 1, column) >= at(row, column + 1)) row += 1;
    else column += 1;
  }
  return pairs;
}

/** Category and feedback of calls that are not all right. */
function explained(
  wanted: readonly WantedCall[],
  made: readonly MadeCall[],
  pairs: Pairs,
  mode: ArgumentMode,
  allowExtra: boolean,
): [category: string, feedback: string] {
  const used = new Set(pairs.values());
  const lines: string[] = [];
  let group: string | null = null;
  const tell = (kind: string, name: string, line: string) => {
    group ??= category(kind, name);
    lines.push(line);
  };
  wanted.forEach((want, index) => {
    if (pairs.has(index)) return;
    const free = (call: MadeCall, position: number) => !used.has(position) && call.name === want.name;
    const right = made.findIndex((call, position) => free(call, position) && callMatches(want, call, mode));
    const near = right >= 0 ? right : made.findIndex(free);
    const call = made[near];
    if (call) used.add(near);
    if (right >= 0) tell('wrong-order', want.name, `${shownCall(want)} was called, but not in its place`);
    else if (call) tell('wrong-arguments', want.name, `expected ${shownCall(want)}, got ${shownCall(call)}`);
    else tell('missing-call', want.name, `${shownCall(want)} was not called`);
  });
  if (!allowExtra) {
    made.forEach((call, position) => {
      if (!used.has(position)) tell('extra-call', call.name, `${shownCall(call)} was called and is not expected`);
    });
  }
  const shown = lines.slice(0, SHOWN).map((line) => `- ${line}`);
  const more = lines.length > SHOWN ? `\n- and ${lines.length - SHOWN} more` : '';
  return [
    group ?? 'wrong-calls',
    `expected the calls ${listText(wanted)}, got ${made.length === 0 ? 'none' : listText(made)}:\n${shown.join('\n')}${more}`,
  ];
}

function listText(calls: readonly (WantedCall | MadeCall)[]): string {
  if (calls.length === 0) return 'none';
  const shown = calls.slice(0, SHOWN).map(shownCall).join(', ');
  return calls.length > SHOWN ? `${shown} and ${calls.length - SHOWN} more` : shown;
}
