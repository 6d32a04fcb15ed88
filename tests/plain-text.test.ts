import { describe, expect, it } from 'vitest';
import { isOneLine } from '../src/contract/one-line.ts';
import {
  oneLine,
  plainText,
  plainValue,
  printableJson,
  printableText,
  quotedText,
  shortText,
} from '../src/plain-text.ts';
import { CANARIES, OBEYED } from './support/canaries.ts';

describe.each(Object.entries(CANARIES))('%s', (_, canary) => {
  it.each([
    ['oneLine', oneLine(canary)],
    ['plainText', plainText(canary, 300)],
    ['shortText', shortText(canary, 28)],
    ['quotedText', quotedText(canary)],
  ])('%s is one line that only is read', (_, shown) => {
    expect(shown).not.toMatch(OBEYED);
    expect(shown).not.toContain('\n');
    expect(shown).toContain('kq7zx');
  });

  it('keeps no more than the given length', () => {
    expect(plainText(canary, 64).length).toBeLessThanOrEqual(64);
    expect(Array.from(shortText(canary, 28)).length).toBeLessThanOrEqual(28);
  });

  it('is escaped in JSON, which means the same', () => {
    const json = printableJson({ [canary]: canary });
    expect(json).not.toMatch(OBEYED);
    expect(JSON.parse(json)).toEqual({ [canary]: canary });
  });

  it('is cleaned wherever it stands in data', () => {
    const clean = plainValue({ a: [{ [canary]: canary }], n: 1, yes: true, no: null }, 300);
    const text = plainText(canary, 300);
    expect(clean).toEqual({ a: [{ [text]: text }], n: 1, yes: true, no: null });
  });

  it('stays out of text of several lines', () => {
    expect(printableText(`one\n${canary}`)).not.toMatch(OBEYED);
  });
});

describe('what an honest name holds stays', () => {
  it.each(['Ünïcödé', 'кружка 日本語', '\u2615\ufe0f', 'Ada’s desk', '👋🏽', 'e\u0301'])('%s', (name) => {
    expect([oneLine(name), shortText(name, 28), printableJson(name)]).toEqual([name, name, JSON.stringify(name)]);
    expect(isOneLine(name)).toBe(true);
  });

  it('a family of one glyph may be a name', () => expect(isOneLine('\u{1f469}\u200d\u{1f4bb}')).toBe(true));
});

it.each(['line breaks', 'line separators', 'control', 'ANSI', 'bidi', 'tag characters', 'lone surrogates'])(
  'no name holds %s',
  (what) => expect(isOneLine(CANARIES[what] ?? '')).toBe(false),
);

it('data without end ends', () => {
  const ring: Record<string, unknown> = {};
  ring.ring = ring;
  expect(JSON.stringify(plainValue(ring, 10)).length).toBeLessThan(200);
  expect((plainValue(Array(5000).fill('x'), 10) as unknown[]).length).toBe(1000);
});

it('is quick with long text', () => {
  const long = '\u202e<'.repeat(5_000_000);
  const begun = performance.now();
  plainText(long, 300);
  shortText(long, 300);
  expect(performance.now() - begun).toBeLessThan(200);
});
