export const SECRET_KINDS = ['private-key', 'issuer-key', 'jwt', 'url-password', 'assignment'] as const;
export type SecretKind = (typeof SECRET_KINDS)[number];

export interface Secret {
  readonly kind: SecretKind;
  /** Whose key it is, or what it looks like. */
  readonly name: string;
  /** Position in UTF-16 units. */
  readonly at: number;
  readonly text: string;
}

/** Findings that are kept. */
const MAX_FINDINGS = 50;

/**
 * Keys by the beginning and length that their issuer gives them, as the issuers document them and as gitleaks and GitHub's secret scanning
 * look for them. Every repeat is bounded and no match starts inside a word, so that the work is linear in the text.
 */
const ISSUERS: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['OpenAI or Anthropic', /sk-[A-Za-z0-9_-]{20,200}/],
  ['Stripe', /(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{16,200}/],
  ['GitHub', /gh[pousr]_[A-Za-z0-9]{30,100}|github_pat_[A-Za-z0-9_]{40,200}/],
  ['GitLab', /glpat-[A-Za-z0-9_-]{20,100}/],
  ['Slack', /xox[abeprs]-[A-Za-z0-9-]{10,200}|xapp-\d-[A-Za-z0-9-]{10,200}/],
  [
    'Slack webhook',
    /https:\/\/hooks\.slack\.com\/services\/T[A-Za-z0-9]{6,20}\/B[A-Za-z0-9]{6,20}\/[A-Za-z0-9]{16,40}/,
  ],
  ['AWS', /(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Z0-9])/],
  ['Google', /AIza[A-Za-z0-9_-]{35}|GOCSPX-[A-Za-z0-9_-]{28}|ya29\.[A-Za-z0-9_-]{30,400}/],
  ['Azure storage', /AccountKey=[A-Za-z0-9+/]{86}==/],
  ['npm', /npm_[A-Za-z0-9]{36}/],
  ['PyPI', /pypi-[A-Za-z0-9_-]{50,300}/],
  ['Hugging Face', /hf_[A-Za-z0-9]{30,100}/],
  ['SendGrid', /SG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{32,64}/],
  ['Shopify', /shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}/],
  ['DigitalOcean', /do[opr]_v1_[a-f0-9]{64}/],
  ['Databricks', /dapi[a-f0-9]{32}(?![a-f0-9])/],
  ['Telegram', /\d{8,10}:[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])/],
  ['Paretune', /po_[A-Za-z0-9]{4,40}_[A-Za-z0-9_-]{40,100}/],
];
const ISSUED = new RegExp(`(?<![A-Za-z0-9_-])(?:${ISSUERS.map(([, { source }]) => `(${source})`).join('|')})`, 'g');
const PRIVATE_KEY = /-----BEGIN [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----/g;
/** Three base64url parts, the first two of which begin as JSON objects do. */
const JWT = /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{10,2000}\.eyJ[A-Za-z0-9_-]{10,4000}\.[A-Za-z0-9_-]{10,2000}/g;
/** `postgres://user:password@host` */
const URL_PASSWORD =
  /(?<![A-Za-z0-9+.-])[A-Za-z][A-Za-z0-9+.-]{1,20}:\/\/[^\s:/?#@[\]'"<>]{1,100}:([^\s/?#@'"<>]{3,200})@(?=[^\s@])/g;
/** `password = "…"`, `API_KEY: …` */
const ASSIGNMENT =
  /(?:password|passwd|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credentials?)["'`]{0,1}[ \t]{0,3}(?:=>|[:=])[ \t]{0,3}["'`]{0,1}([^\s"'`,;(){}[\]<>]{8,200})/gi;

const FINDERS: Readonly<Record<SecretKind, (text: string) => Iterable<Omit<Secret, 'kind'>>>> = {
  'private-key': (text) => matches(text, PRIVATE_KEY, () => 'private key'),
  'issuer-key': (text) =>
    matches(
      text,
      ISSUED,
      (match) => ISSUERS[match.slice(1).findIndex((group) => group !== undefined)]?.[0] ?? 'unknown',
    ),
  jwt: (text) => matches(text, JWT, () => 'JSON web token'),
  'url-password': (text) =>
    matches(text, URL_PASSWORD, ([, password = '']) => (isPlaceholder(password) ? null : 'password in a URL')),
  assignment: (text) =>
    matches(text, ASSIGNMENT, ([, value = '']) =>
      looksRandom(value) && !isPlaceholder(value) ? 'password or token' : null,
    ),
};

/** Secrets by pattern, in order of position, at most 50 of each kind: cheap, and never complete. A stretch has one kind, the first that claims it. */
export function findSecrets(text: string, kinds: readonly SecretKind[] = SECRET_KINDS): Secret[] {
  const found: Secret[] = [];
  for (const kind of SECRET_KINDS) {
    if (!kinds.includes(kind)) continue;
    let kept = 0;
    for (const each of FINDERS[kind](text)) {
      if (kept === MAX_FINDINGS) break;
      const end = each.at + each.text.length;
      if (found.some((other) => each.at < other.at + other.text.length && other.at < end)) continue;
      found.push({ kind, ...each });
      kept += 1;
    }
  }
  return found.sort((a, b) => a.at - b.at);
}

function* matches(
  text: string,
  pattern: RegExp,
  nameOf: (match: RegExpExecArray) => string | null,
): Iterable<Omit<Secret, 'kind'>> {
  for (const match of text.matchAll(pattern)) {
    const name = nameOf(match);
    if (name !== null) yield { name, at: match.index, text: match[0] };
  }
}

/** What documents write where a secret would stand. */
const isPlaceholder = (value: string) =>
  /example|placeholder|changeme|your[_-]|redacted|x{4}|\*{3}|\.{3}|^[$%{]|(.)\1{5}/i.test(value);

/** Letters and digits with at least 3 bits per character (Shannon): a word or a date has fewer, or one kind of characters. */
function looksRandom(value: string): boolean {
  if (!/\d/.test(value) || !/[A-Za-z]/.test(value)) return false;
  const counts = new Map<string, number>();
  for (const character of value) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / value.length) * Math.log2(count / value.length);
  return bits >= 3;
}
