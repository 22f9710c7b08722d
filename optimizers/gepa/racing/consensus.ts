import { type SentenceChange, sentenceChanges, sentences } from '../../../src/search/sentences.ts';

/** Two sentences that give the same rule in other words are at least this much alike; of those that do not, hardly any are. */
const SAME_RULE = 0.25;
/** Hypotheses that have to make a change. */
const VOTES = 2;
/** A hypothesis that takes out a larger share of the text has put it in other words: sentence by sentence it says nothing. */
const REWRITTEN = 1 / 3;

/**
 * The changes to a text that at least two of several hypotheses make, in the same words or in others: right ideas are few and come again,
 * slips and guesses are many and differ (self-consistency; Wang et al. 2022, for chains of thought). Empty when they agree on nothing.
 */
export function consensusOf(text: string, hypotheses: readonly string[]): readonly SentenceChange[] {
  const own = sentences(text);
  const votes = hypotheses
    .map((hypothesis) => sentenceChanges(text, hypothesis))
    .filter((changes) => changes.filter(({ kind }) => kind === 'removed').length <= Math.max(1, own.length * REWRITTEN))
    .flatMap((changes, voter) => changes.map((change) => ({ ...change, voter })));
  const alike = sentenceSimilarity([...own, ...votes.map(({ sentence }) => sentence)]);
  const agreed: SentenceChange[] = [];
  for (const { kind, sentence } of votes) {
    const same = (other: SentenceChange) =>
      other.kind === kind &&
      (other.sentence === sentence || (kind === 'added' && alike(other.sentence, sentence) >= SAME_RULE));
    if (agreed.some(same)) continue;
    if (new Set(votes.filter(same).map(({ voter }) => voter)).size >= VOTES) agreed.push({ kind, sentence });
  }
  return agreed;
}

/** Cosine of the words of two of these sentences, in which words that stand in few of them weigh more. */
function sentenceSimilarity(all: readonly string[]): (a: string, b: string) => number {
  const seen = new Map<string, number>();
  for (const sentence of all) for (const word of wordsIn(sentence)) seen.set(word, (seen.get(word) ?? 0) + 1);
  // What two sentences share is as telling as what stands in one only, or the words of an agreement would count less for it.
  const weight = (word: string) => Math.log((all.length + 1) / Math.max(1, (seen.get(word) ?? 0) - 1)) ** 2;
  const sum = (words: readonly string[]) => words.reduce((total, word) => total + weight(word), 0);
  const vectors = new Map(
    all.map((sentence) => {
      const words = wordsIn(sentence);
      return [sentence, { words: new Set(words), square: sum(words) }] as const;
    }),
  );
  return (a, b) => {
    const [one, other] = [vectors.get(a), vectors.get(b)];
    if (one === undefined || other === undefined || one.square * other.square === 0) return 0;
    return sum([...one.words].filter((word) => other.words.has(word))) / Math.sqrt(one.square * other.square);
  };
}

const wordsIn = (sentence: string) => [...new Set(sentence.toLowerCase().match(/[\p{L}\p{N}]+/gu))];
