import { describe, expect, it } from 'vitest';
import type { Condition } from '../../../src/contract/rule.ts';
import { canonicalClause } from '../../../src/language/grammar/canonical.ts';
import { understand } from '../../../src/language/grammar/understand.ts';
import { loadSentences } from './sentence-set.ts';

/** What a reader would be shown; null for a refused sentence. */
function reading(text: string): string | null {
  const r = understand(text);
  return r.ok ? JSON.stringify([r.conditions, r.timing, r.priority, r.context]) : null;
}
/** With what was assumed: a word may also show there. */
function readingWithAssumptions(text: string): string | null {
  const r = understand(text);
  return r.ok ? JSON.stringify([r.conditions, r.timing, r.priority, r.context, r.assumptions]) : null;
}
function conditionsOf(text: string): readonly Condition[] | null {
  const r = understand(text);
  return r.ok ? r.conditions : null;
}

const SETS = ['tune.txt', 'held-out.txt', 'fresh.txt', 'strangers.txt'];
const texts = [...new Set(SETS.flatMap(loadSentences).map((s) => s.text))].filter(
  (text) => !text.includes('zone') && reading(text) !== null,
);

/** Every `step`-th place of a sentence, another start for each sentence and word: the same places at every run. */
function* places(words: number, seed: number, step: number): Generator<number> {
  for (let at = seed % step; at <= words; at += step) yield at;
}

function inserted(text: string, word: string, at: number): string {
  const words = text.split(' ');
  return [...words.slice(0, at), word, ...words.slice(at)].join(' ');
}

/** Words that must never be passed over: the reading changes, or the sentence is refused. */
const MEANINGFUL = (
  'not never except unless without half two 6 hot empty almost other nothing if some above usually again less ' +
  'nearly neither prevent more'
).split(' ');
const PHRASES = ['10 cm', 'at night', 'other than', 'no more', 'all but one', 'on Mondays', 'and not'];

describe('a sentence with a word more', () => {
  it('is refused or read as something else', () => {
    const passedOver: string[] = [];
    let tried = 0;
    for (const [i, text] of texts.entries()) {
      const before = readingWithAssumptions(text);
      for (const [k, word] of [...MEANINGFUL, ...PHRASES].entries()) {
        for (const at of places(text.split(' ').length, i + 7 * k, 23)) {
          tried++;
          const changed = inserted(text, word, at);
          if (readingWithAssumptions(changed) === before) passedOver.push(changed);
        }
      }
    }
    expect(tried).toBeGreaterThan(6_000);
    expect(passedOver).toEqual([]);
  });

  it('is refused when the word is unknown, whatever place it has', () => {
    const read: string[] = [];
    for (const [i, text] of texts.entries()) {
      for (const [k, word] of ['blue', 'tomorrow', 'somehow', 'bitte', 'lamp'].entries()) {
        for (const at of places(text.split(' ').length, i + 7 * k, 17)) {
          const changed = inserted(text, word, at);
          if (reading(changed) !== null) read.push(changed);
        }
      }
    }
    expect(read).toEqual([]);
  });
});

describe('a sentence with a word less', () => {
  const NEGATIONS = /^(?:no|not|never|don['’]t|nothing|without|off|avoid|nobody|neither|none)$/i;
  const NUMBERS = /^(?:\d.*|half|hundred|quarter|one|two|three|four|five|six|eight|ten|twelve|twenty|thirty|fifty)$/i;

  it('never keeps its reading without a negation or a number', () => {
    const kept: string[] = [];
    for (const text of texts) {
      const words = text.split(' ');
      for (const [i, word] of words.entries()) {
        if (!NEGATIONS.test(word) && !NUMBERS.test(word)) continue;
        const shorter = [...words.slice(0, i), ...words.slice(i + 1)].join(' ');
        if (reading(shorter) === reading(text)) kept.push(`${shorter} (without "${word}")`);
      }
    }
    expect(kept.filter((k) => !HARMLESS.some((h) => k.startsWith(h)))).toEqual([]);
  });
});

/** "One hundred" is "a hundred"; "no two mugs" within a distance of each other are no mugs within it. */
const HARMLESS: readonly string[] = [
  'Keep mugs at least hundred and twenty millimeters',
  'No mugs may be within 5 cm of each other',
];

describe('a sentence with other words for the same', () => {
  const NUMBER_WITH_UNIT = /(?<![\d.,/'-])(\d+(?:\.\d+)?) ?(cm|mm|inches)\b/g;
  const single = texts.filter(
    (t) =>
      [...t.matchAll(NUMBER_WITH_UNIT)].length === 1 &&
      !/\d[ -–]+(?:to |and )?\d|half|quarter|inches\.|cm\.|\(|½|\//.test(t),
  );

  it('keeps its reading when the unit changes and the length does not', () => {
    expect(single.length).toBeGreaterThan(80);
    const factor: Record<string, number> = { cm: 10, mm: 1, inches: 25.4 };
    for (const text of single) {
      for (const [unit, size] of Object.entries(factor)) {
        const other = text.replace(NUMBER_WITH_UNIT, (_, n: string, u: string) => {
          return `${Number(((Number(n) * (factor[u] ?? 0)) / size).toFixed(6))} ${unit}`;
        });
        expect(conditionsOf(other), other).toEqual(conditionsOf(text));
      }
    }
  });

  it('scales its lengths exactly when only the unit changes', () => {
    for (const text of single) {
      const scaled = text.replace(NUMBER_WITH_UNIT, (_, n: string) => `${n} cm`);
      const tenth = text.replace(NUMBER_WITH_UNIT, (_, n: string) => `${n} mm`);
      const [a, b] = [conditionsOf(scaled), conditionsOf(tenth)];
      if (a === null || b === null) continue;
      const lengths = (list: readonly Condition[]) => list.filter((c) => c.unit === 'mm').map((c) => c.value ?? 0);
      const said = Number([...text.matchAll(NUMBER_WITH_UNIT)][0]![1]);
      for (const [i, mm] of lengths(a).entries()) {
        const less = lengths(b)[i]!;
        if (less !== mm) expect([mm, less], text).toEqual([Math.round(said * 10_000) / 1000, said]);
      }
    }
  });

  const SYNONYMS: readonly (readonly [RegExp, string])[] = [
    [/\b(?<!coffee )(?<!travel )mugs\b/gi, 'cups'],
    [/\bcups\b/gi, 'mugs'],
    [/\blaptops\b/gi, 'macbooks'],
    [/\blaptop\b/gi, 'notebook computer'],
    [/\bphones\b/gi, 'smartphones'],
    [/\b(?<!cell |mobile |smart )phone\b/gi, 'mobile phone'],
    [/\bat least\b/gi, 'no less than'],
    [/\bcm\b/g, 'centimetres'],
  ];

  it('keeps its conditions under synonyms', () => {
    let compared = 0;
    for (const text of texts) {
      for (const [word, synonym] of SYNONYMS) {
        const other = text.replace(word, synonym);
        const read = other === text || other.length > 500 ? null : conditionsOf(other);
        if (read === null) continue;
        compared++;
        expect(read, other).toEqual(conditionsOf(text));
      }
    }
    expect(compared).toBeGreaterThan(500);
  });

  it('renames its objects with its words', () => {
    let compared = 0;
    for (const text of texts.filter((t) => /\bmugs?\b/i.test(t) && !/bottle|cup|of the mugs|coffee|travel/i.test(t))) {
      const other = text.replace(/\bmugs\b/gi, 'bottles').replace(/\bmug\b/gi, 'bottle');
      const renamed = JSON.stringify(conditionsOf(text)).replaceAll('"mug"', '"bottle"');
      compared++;
      expect(JSON.stringify(conditionsOf(other)), other).toBe(renamed);
    }
    expect(compared).toBeGreaterThan(150);
  });

  it('turns round with "at least" and "at most", or is refused', () => {
    for (const text of texts.filter((t) => /\bat least\b/i.test(t))) {
      const other = reading(text.replace(/\bat least\b/i, 'at most'));
      expect(other === null || other !== reading(text), text).toBe(true);
    }
  });
});

describe('the canonical sentence', () => {
  it('of everything accepted gives the same conditions again', () => {
    for (const text of texts) {
      for (const condition of conditionsOf(text)!) {
        expect(conditionsOf(canonicalClause(condition)), text).toEqual([condition]);
      }
    }
  });
});
