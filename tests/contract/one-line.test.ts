import { describe, expect, it } from 'vitest';
import { DetectionInput } from '../../src/contract/detection.ts';
import { isOneLine } from '../../src/contract/one-line.ts';

describe('isOneLine', () => {
  it.each([
    ['a line break', 'a\nb'],
    ['C1 controls', 'a\u009bb'],
    ['next line', 'a\u0085b'],
    ['a line separator', 'a\u2028b'],
    ['a mark of direction', 'a\u200fb'],
    ['tag characters', 'mug\u{e0041}\u{e0042}'],
    ['a zero-width space', 'mug\u200b'],
    ['a word joiner', 'mu\u2060g'],
    ['a byte order mark', '\ufeffmug'],
    ['a soft hyphen', 'mu\u00adg'],
    ['a Mongolian vowel separator', 'mu\u180eg'],
    ['annotation marks', 'mu\ufff9g'],
    ['a Hangul filler', '\u3164'],
    ['a lone surrogate', 'mug\ud83d'],
    ['private use', 'mug\ue000'],
    ['variation selectors of the supplement', 'mug\u{e0101}'],
    ['a joiner where nothing is joined', 'mug\u200d'],
    ['a joiner between Latin letters', 'mu\u200cg'],
    ['joiners in a row', 'خ\u200c\u200cو'],
    ['selectors in a row', '☕\ufe0f\ufe0e\ufe0f'],
  ])('refuses %s', (_what, text) => {
    expect(isOneLine(text)).toBe(false);
    expect(DetectionInput.safeParse({ class: text, bbox: [0, 0, 1, 1] }).success).toBe(false);
  });

  it.each(['desk', 'Schreibtisch (links)', 'می‌خواهم', 'क्‍ष', '☕️', '1️⃣', '👩‍💻', 'Ünïcödé', 'c++ & "quotes"'])(
    'takes %s',
    (text) => expect(isOneLine(text)).toBe(true),
  );
});
