import { describe, expect, it } from 'vitest';
import { score } from './common/testing.ts';
import { secrets } from './secrets.ts';

/** Keys are put together here, so that no scanner of repositories takes one for real. */
const made = (...parts: string[]) => parts.join('');
const JWT = made('eyJ', 'hbGciOiJIUzI1NiJ9', '.eyJ', 'zdWIiOiIxMjM0In0', '.c2lnbmF0dXJlLWhlcmU');
const GITHUB = made('gh', 'p_', '0123456789abcdefghijABCDEFGHIJ012345');

describe('secrets', () => {
  it.each<[string, string]>([
    ['private-key', made('-----BEGIN RSA PRIVATE', ' KEY-----\nMIIE')],
    ['private-key', made('-----BEGIN PGP PRIVATE', ' KEY BLOCK-----')],
    ['issuer-key', GITHUB],
    ['issuer-key', made('sk-', 'ant-api03-', 'a1b2c3d4e5f6g7h8i9j0')],
    ['issuer-key', made('AK', 'IA', '1234567890ABCDEF')],
    ['issuer-key', made('xo', 'xb-', '123456789012-abcdefghijkl')],
    ['issuer-key', made('SG', '.', 'a'.repeat(22), '.', 'b'.repeat(43))],
    ['issuer-key', made('sk', '_live_', '4eC39HqLyjWDarjtT1zdp7dc')],
    ['issuer-key', made('123456789', ':', 'A'.repeat(35))],
    ['issuer-key', made('AccountKey=', 'a'.repeat(86), '==')],
    ['issuer-key', made('https://hooks.slack', '.com/services/T01234567/B01234567/', 'a1b2c3d4e5f6g7h8i9j0k1l2')],
    ['jwt', JWT],
    ['url-password', 'postgres://admin:hunter2pass@db.internal:5432/app'],
    ['assignment', 'DB_PASSWORD = "k3Jx9!pQz7"'],
    ['assignment', 'api_key: 9f8a7c6d5e4b3a2f1c'],
    ['assignment', '"client_secret": "Zx81kQm0pLr4"'],
  ])('finds a %s', (kind, secret) => {
    const graded = score(secrets, `Use this: ${secret} and go on.`);
    expect(graded).toMatchObject({ value: 0, category: `secret:${kind}`, details: { kinds: [kind] } });
    const value = secret.slice(-12);
    expect(graded.feedback).not.toContain(value);
  });

  it.each([
    '',
    'The password is at least eight characters long: choose it well.',
    'password: hunter2',
    'password = "changeme123"',
    'API_KEY=your_api_key_1',
    'token: <your-token-here>',
    'secret: $SECRET_1',
    'postgres://user:{{PASSWORD}}@localhost/app',
    'https://example.com:8080/path@2x.png',
    'token: 2024-01-01T00:00',
    'The desk-lamp-with-a-very-long-hyphenated-name-indeed is new.',
    'git commit 9fceb02d0ae598e95dc970b74767f19372d61af8',
    '你好，密码是秘密的。',
  ])('lets %j pass', (output) => {
    expect(score(secrets, output).value).toBe(1);
  });

  it('looks for the kinds it is told to', () => {
    expect(score(secrets, JWT, { kinds: ['private-key'] }).value).toBe(1);
    expect(score(secrets, JWT, { kinds: ['jwt'] }).value).toBe(0);
  });

  it('lets known texts pass', () => {
    expect(score(secrets, GITHUB, { allow: [GITHUB] }).value).toBe(1);
    expect(score(secrets, `${GITHUB} ${JWT}`, { allow: [GITHUB] }).category).toBe('secret:jwt');
  });

  it('says whose it is and where, and does not repeat it', () => {
    expect(score(secrets, `token ${GITHUB}`).feedback).toBe(
      'expected no secrets, found: GitHub at character 6 (gh…45); leave them out or write a placeholder',
    );
  });
});
