import { describe, expect, it } from 'vitest';
import { score } from './common/testing.ts';
import { xmlValid } from './xml-valid.ts';

describe('xml-valid', () => {
  it.each<[string, object, number, string | null]>([
    ['<a><b/>text</a>', {}, 1, null],
    ['  <?xml version="1.0"?>\n<a x="1">&lt;&#228;</a>\n', {}, 1, null],
    ['<é>你好</é>', {}, 1, null],
    ['<a xmlns:x="u"><x:b/></a>', {}, 1, null],
    ['<x:a/>', {}, 0, 'not-well-formed'],
    ['<a><b></a>', {}, 0, 'not-well-formed'],
    ['<a>', {}, 0, 'not-well-formed'],
    ['<a b=1/>', {}, 0, 'not-well-formed'],
    ['<a b="1" b="2"/>', {}, 0, 'not-well-formed'],
    ['<a>fish & chips</a>', {}, 0, 'not-well-formed'],
    ['<a/><b/>', {}, 0, 'not-well-formed'],
    ['<a>\u0000</a>', {}, 0, 'not-well-formed'],
    ['Here it is: <a/>', {}, 0, 'not-xml'],
    ['plain', {}, 0, 'not-xml'],
    ['', {}, 0, 'empty-output'],
    ['```xml\n<a/>\n```', {}, 0, 'code-fence'],
    ['```xml\n<a/>\n```', { allowFence: true }, 1, null],
    ['<o><i><p/></i></o>', { requiredElements: ['o', 'o.i.p'] }, 1, null],
    ['<o><i/><p/></o>', { requiredElements: ['o.i.p'] }, 0, 'missing-element:o.i.p'],
    [`${'<a>'.repeat(200)}${'</a>'.repeat(200)}`, {}, 1, null],
    [`${'<a>'.repeat(201)}${'</a>'.repeat(201)}`, {}, 0, 'not-well-formed'],
  ])('%j with %j: %d', (output, options, value, category) => {
    expect(score(xmlValid, output, options)).toMatchObject({ value, category });
  });

  it('says what is wrong and where', () => {
    expect(score(xmlValid, '<order>\n  <item>3</itme>\n</order>').feedback).toBe(
      'the output is not well-formed XML: unexpected close tag at line 2, column 16: "  <item>3</itme>"',
    );
  });

  it('does not fetch or expand entities', () => {
    const bomb = '<!DOCTYPE a [<!ENTITY b "&c;&c;"><!ENTITY c SYSTEM "file:///etc/passwd">]><a>&b;</a>';
    expect(score(xmlValid, bomb)).toMatchObject({ value: 0, feedback: expect.stringContaining('undefined entity') });
  });
});
