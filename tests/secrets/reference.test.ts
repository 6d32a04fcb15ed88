import { expect, it } from 'vitest';
import { describeReference, isReference, parseReference } from '../../src/secrets/reference.ts';
import { pickKey } from '../../src/secrets/secret-text.ts';

it.each([
  ['gsm://my-project/jwt', { kind: 'gsm', project: 'my-project', name: 'jwt', version: 'latest', key: null }],
  ['gsm://my-project/jwt/7', { kind: 'gsm', project: 'my-project', name: 'jwt', version: '7', key: null }],
  ['gsm://p1/all/live#open%20ai', { kind: 'gsm', project: 'p1', name: 'all', version: 'live', key: 'open ai' }],
  ['gsm://p1/all#a', { kind: 'gsm', project: 'p1', name: 'all', version: 'latest', key: 'a' }],
  [' file:///run/secrets/jwt ', { kind: 'file', path: '/run/secrets/jwt', key: null }],
  ['file:///a%20b/c.json#token', { kind: 'file', path: '/a b/c.json', key: 'token' }],
])('%s says where a secret is', (text, reference) => {
  expect(isReference(text)).toBe(true);
  expect(parseReference(text)).toEqual(reference);
  expect(parseReference(describeReference(parseReference(text)).replace(/^file /, 'file://'))).toEqual(reference);
});

it.each([
  'gsm://',
  'gsm://p',
  'gsm:///jwt',
  'gsm://p/a/b/c',
  'gsm://p/../x',
  'gsm://p/a?b',
  'file://host/secret',
  'file:secret',
  'file:///a%2Fb',
  'file:///a?b',
])('%s is refused, not taken for a secret', (text) => {
  expect(isReference(text)).toBe(true);
  expect(() => parseReference(text)).toThrow(expect.objectContaining({ code: 'SECRET_002' }));
});

it.each(['a-secret-of-32-characters-or-more', 'mongodb://host', 'profile://x', ''])('%s is a value', (text) => {
  expect(isReference(text)).toBe(false);
});

it('one text of a JSON object, and never what else is in it', () => {
  const json = '{"a":"x","n":7,"e":" ","o":{"a":"y"}}';
  expect(pickKey(json, 'a')).toBe('x');
  for (const key of ['b', 'n', 'e', 'o', '__proto__', 'toString', 'constructor']) {
    expect(() => pickKey(json, key)).toThrow(expect.objectContaining({ code: 'SECRET_001' }));
  }
  for (const text of ['hush-hush', '["a"]', '"a"', 'null']) {
    expect(() => pickKey(text, 'a')).toThrow(expect.not.objectContaining({ message: expect.stringContaining('hush') }));
  }
});
