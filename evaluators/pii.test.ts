import { describe, expect, it } from 'vitest';
import { findPii, PII_KINDS, type PiiKind } from './common/pii.ts';
import { score } from './common/testing.ts';
import { pii } from './pii.ts';

const kindsIn = (text: string) => findPii(text, PII_KINDS).map(({ kind }) => kind);

describe('personal data and secrets', () => {
  it.each<[PiiKind, string]>([
    ['email', 'john.doe+tag@mail.example.co.uk'],
    ['email', 'jürgen@müller.de'],
    ['phone', '+49 170 1234567'],
    ['phone', '+1 (555) 123-4567'],
    ['phone', '(555) 123-4567'],
    ['phone', '555-123-4567'],
    ['phone', '030 / 123 456'],
    ['phone', '01 23 45 67 89'],
    ['phone', '0171-2345678'],
    ['card', '4111 1111 1111 1111'],
    ['card', '378282246310005'],
    ['card', '5555-5555-5555-4444'],
    ['iban', 'DE89 3704 0044 0532 0130 00'],
    ['iban', 'GB82WEST12345698765432'],
    ['ip', '192.168.17.4'],
    ['ip', '2001:db8::8a2e:370:7334'],
    ['ssn', '123-45-6789'],
    ['secret', 'sk-abcdefghijklmnopqrstuvwx'],
    ['secret', 'ghp_abcdefghijklmnopqrstuvwxyz0123456789'],
    ['secret', 'AKIAIOSFODNN7EXAMPLE'],
    ['secret', '-----BEGIN RSA PRIVATE KEY-----'],
    ['secret', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N'],
  ])('finds the %s %s, alone and in a sentence', (kind, text) => {
    expect(kindsIn(text)).toEqual([kind]);
    expect(findPii(`Please use ${text}, thanks.`, PII_KINDS)).toEqual([{ kind, at: 11, text }]);
    expect(findPii(`(${text})`, [kind])).toHaveLength(1);
    expect(
      findPii(
        text,
        PII_KINDS.filter((other) => other !== kind),
      ),
    ).toEqual([]);
  });

  it.each([
    'at 12:30:45 on 2026-11-20',
    'call me @ home',
    'order 4111 1111 1111 1112',
    'DE88 3704 0044 0532 0130 00 is not an account',
    'version 1.2.3.4.5 of std::vector',
    '999.1.1.1',
    'on 01-02-2026 12:00 or 01/02/2026',
    'between 03.04.2026 and 05.06.2026',
    '127.0.0.1 is here',
    '000-12-3456 and 900-12-3456',
    'sk-short',
    'costs 1,234,567.89',
    'item 12345678901234567890',
    'a@b',
  ])('finds nothing in %j', (text) => {
    expect(kindsIn(text)).toEqual([]);
  });
});

describe('pii', () => {
  it('says what and where, without repeating it', () => {
    const graded = score(pii, 'Write to john.doe@example.com or 4111 1111 1111 1111.');
    expect(graded).toMatchObject({ value: 0, category: 'pii:email', details: { kinds: ['email', 'card'] } });
    expect(graded.feedback).toContain(
      'e-mail address at character 9 (jo…om); payment card number at character 33 (41…11)',
    );
    expect(graded.feedback).not.toContain('john.doe');
  });

  it('looks for the kinds it is told', () => {
    expect(score(pii, 'john.doe@example.com', { kinds: ['phone', 'ssn'] }).value).toBe(1);
    expect(() => pii.prepare({ kinds: ['name'] })).toThrow();
  });
});
