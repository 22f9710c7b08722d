import ipaddr from 'ipaddr.js';
import { cardIsValid, ibanLength } from './checksums.ts';
import { findSecrets } from './secrets.ts';

export const PII_KINDS = ['email', 'phone', 'card', 'iban', 'ip', 'ssn', 'secret'] as const;
export type PiiKind = (typeof PII_KINDS)[number];

export interface PiiFinding {
  readonly kind: PiiKind;
  /** Position in UTF-16 units. */
  readonly at: number;
  readonly text: string;
}

/** Findings of one kind that are kept. */
const MAX_FINDINGS = 50;

/**
 * Personal data and secrets by pattern: cheap, and never complete. Every pattern has bounded repeats or a start that cannot recur inside a
 * match, so that the work is linear in the text; what has a checksum must pass it.
 */
const FINDERS: Readonly<Record<PiiKind, (text: string) => Iterable<PiiFinding>>> = {
  email: findEmails,
  phone: (text) => matches('phone', text, PHONE, ({ length }) => length >= 8 && length <= 15),
  card: (text) => matches('card', text, CARD, cardIsValid),
  iban: findIbans,
  ip: (text) => matches('ip', text, ADDRESS, (_match, found) => isAddress(found)),
  ssn: (text) => matches('ssn', text, SSN, () => true),
  secret: (text) =>
    findSecrets(text, ['private-key', 'issuer-key', 'jwt']).map(({ at, text: found }) => ({
      kind: 'secret',
      at,
      text: found,
    })),
};

/** International with "+", North American with separators, national with a leading zero and separators, or French pairs. */
const PHONE =
  /(?<![\p{L}\p{N}+.-]|\d )(?:\+\d{1,3}(?:[ .-]?\(?\d{1,4}\)?){2,6}|(?:1[ .-])?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}|\(?0[1-9]\d{1,3}\)?(?: ?[/-] ?| )\d{2,8}(?:[ -]?\d{2,5}){0,3}|0[1-9](?:[ .-]\d{2}){4})(?![\p{L}\p{N}]|[.-]\d)/gu;
const CARD = /(?<![\p{L}\p{N}.-])[2-6]\d{3}(?:[ -]?\d{2,6}){2,4}(?![\p{L}\p{N}]|[.-]\d)/gu;
const ADDRESS =
  /(?<![\p{L}\p{N}.:])(?:\d{1,3}(?:\.\d{1,3}){3}|(?=[0-9a-f]{0,4}:)[0-9a-f:]{3,39}(?:\d{1,3}(?:\.\d{1,3}){3})?)(?![\p{L}\p{N}:]|\.\d)/giu;
const SSN = /(?<![\p{L}\p{N}-])(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\p{L}\p{N}-])/gu;

/**
 * What is found of the kinds asked for, in order of position. A stretch has one kind: the digits of a bank account are no telephone
 * number, also when bank accounts are not asked for.
 */
export function findPii(text: string, kinds: readonly PiiKind[]): PiiFinding[] {
  const found: PiiFinding[] = [];
  for (const kind of BY_CERTAINTY) {
    let kept = 0;
    for (const finding of FINDERS[kind](text)) {
      if (
        found.some((other) => finding.at < other.at + other.text.length && other.at < finding.at + finding.text.length)
      )
        continue;
      found.push(finding);
      kept += 1;
      if (kept === MAX_FINDINGS) break;
    }
  }
  return found.filter(({ kind }) => kinds.includes(kind)).sort((a, b) => a.at - b.at);
}

const BY_CERTAINTY: readonly PiiKind[] = ['secret', 'email', 'iban', 'card', 'ip', 'ssn', 'phone'];

const digits = (text: string) => text.replace(/\D/g, '');

function* matches(
  kind: PiiKind,
  text: string,
  pattern: RegExp,
  accept: (digitsOnly: string, found: string) => boolean,
): Iterable<PiiFinding> {
  for (const match of text.matchAll(pattern)) {
    if (accept(digits(match[0]), match[0])) yield { kind, at: match.index, text: match[0] };
  }
}

const LOCAL = /[\p{L}\p{N}.!#$%&'*+/=?^_`{|}~-]{1,64}$/u;
const DOMAIN = /^[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,62})(?:\.[\p{L}\p{N}-]{1,63}){0,8}\.\p{L}{2,24}(?![\p{L}\p{N}])/u;

/** Looks around each "@": a pattern that starts with the local part is quadratic on a long word. */
function* findEmails(text: string): Iterable<PiiFinding> {
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
    const domain = DOMAIN.exec(text.slice(at + 1, at + 300));
    if (!domain) continue;
    const local = LOCAL.exec(text.slice(Math.max(0, at - 64), at));
    if (local) yield { kind: 'email', at: at - local[0].length, text: `${local[0]}@${domain[0]}` };
  }
}

const IBAN_START = /(?<![\p{L}\p{N}])[A-Z]{2}\d{2}(?=[ ]?[A-Z0-9])/gu;

function* findIbans(text: string): Iterable<PiiFinding> {
  for (const match of text.matchAll(IBAN_START)) {
    const length = ibanLength(text.slice(match.index, match.index + 45));
    if (length > 0) yield { kind: 'iban', at: match.index, text: text.slice(match.index, match.index + length) };
  }
}

/** Addresses that name a machine; loopback and unspecified addresses do not. A time (12:30:45) is no address. */
function isAddress(text: string): boolean {
  // The parser tells by exceptions, which are slow; what cannot be an address does not reach it.
  const colons = text.split(':').length - 1;
  if (!/\d/.test(text) || (colons > 0 && colons < 6 && !text.includes('::'))) return false;
  if (!ipaddr.isValid(text) || (colons === 0 && !ipaddr.IPv4.isValidFourPartDecimal(text))) return false;
  const range = ipaddr.parse(text).range();
  return range !== 'loopback' && range !== 'unspecified';
}
