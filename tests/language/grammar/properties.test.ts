import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSentence } from '../../../src/language/grammar/parse.ts';
import { understand } from '../../../src/language/grammar/understand.ts';
import { loadSentences } from './sentence-set.ts';

const accepted = loadSentences('tune.txt')
  .map((s) => s.text)
  .filter((text) => parseSentence(text).ok);
const anySentence = fc.constantFrom(...accepted);
const conditionsOf = (text: string) => {
  const result = parseSentence(text);
  return result.ok ? result.draft.conditions : `${text}: ${result.reason} ${JSON.stringify(result.unknown)}`;
};

describe('changes that change nothing', () => {
  it('case', () => {
    fc.assert(
      fc.property(anySentence, fc.boolean(), (text, upper) => {
        fc.pre(!text.includes('zone'));
        expect(conditionsOf(upper ? text.toUpperCase() : text.toLowerCase())).toEqual(conditionsOf(text));
      }),
    );
  });

  it('courtesy words', () => {
    const before = fc.constantFrom(
      'Please ',
      'Hello, please ',
      'Make sure that ',
      'From now on, ',
      'Could you please ',
    );
    const after = fc.constantFrom(', please', ', thanks', ', thank you very much!', ' please');
    fc.assert(
      fc.property(anySentence, before, after, (text, head, tail) => {
        fc.pre(!/[.!?]$/.test(text));
        expect(conditionsOf(head + text)).toEqual(conditionsOf(text));
        expect(conditionsOf(text + tail)).toEqual(conditionsOf(text));
      }),
    );
  });

  it('white space, quotes and full stops', () => {
    fc.assert(
      fc.property(anySentence, fc.constantFrom('\t', '\u00a0', '  ', '\u2009', '\n'), (text, space) => {
        fc.pre(!text.includes('zone'));
        expect(conditionsOf(` ${text.replaceAll(' ', space)} `)).toEqual(conditionsOf(text));
        expect(conditionsOf(`“${text}”`)).toEqual(conditionsOf(text));
        if (!/[.!?"]$/.test(text)) expect(conditionsOf(`${text}.`)).toEqual(conditionsOf(text));
      }),
    );
  });

  it('the unit, as long as the length is the same', () => {
    const units = [
      ['mm', 1],
      ['cm', 10],
      ['centimetres', 10],
      ['m', 1000],
      ['in', 25.4],
      ['inches', 25.4],
      ['"', 25.4],
      ['ft', 304.8],
      ['feet', 304.8],
      ["'", 304.8],
    ] as const;
    const frames = fc.constantFrom(
      (l: string) => `Keep mugs at least ${l} from laptops`,
      (l: string) => `Mugs must stay within ${l} of the laptop`,
      (l: string) => `No mug may be less than ${l} away from the edge of the table`,
      (l: string) => `Leave at least ${l} between mugs and phones`,
      (l: string) => `Group mugs within ${l}`,
    );
    fc.assert(
      fc.property(frames, fc.integer({ min: 1, max: 4000 }), fc.constantFrom(...units), (frame, mm, [unit, size]) => {
        expect(conditionsOf(frame(`${mm / size} ${unit}`))).toEqual(conditionsOf(frame(`${mm} mm`)));
      }),
    );
  });

  it('singular and plural', () => {
    const nouns = [
      ['mug', 'mugs'],
      ['glass', 'glasses'],
      ['bottle', 'bottles'],
      ['laptop', 'laptops'],
      ['mouse', 'mice'],
      ['phone', 'phones'],
      ['cup of coffee', 'cups of coffee'],
      ['electronic device', 'electronic devices'],
    ] as const;
    const noun = fc.constantFrom(...nouns);
    const frames = fc.constantFrom(
      (a: string, b: string) => `keep ${a} at least 10 cm from ${b}`,
      (a: string, b: string) => `never put ${a} on ${b}`,
      (a: string, b: string) => `${a} must be to the left of ${b}`,
    );
    fc.assert(
      fc.property(frames, noun, noun, (frame, [a, as], [b, bs]) => {
        fc.pre(typeof conditionsOf(frame(`every ${a}`, `every ${b}`)) !== 'string');
        const plain = conditionsOf(frame(`every ${a}`, `every ${b}`));
        expect(conditionsOf(frame(as, bs))).toEqual(plain);
        expect(conditionsOf(frame(`the ${a}`, bs))).toEqual(plain);
        expect(conditionsOf(frame(`all ${as}`, `the ${b}`))).toEqual(plain);
      }),
    );
  });

  it('the order of words', () => {
    const orders = [
      'Keep mugs at least 10 cm away from the keyboard when a laptop is present',
      'When a laptop is present, keep mugs at least 10 cm away from the keyboard',
      'If there is a laptop mugs must stay at least 10 cm from the keyboard',
      'Leave at least 10 cm between mugs and the keyboard if a laptop is present',
      'Keep mugs from the keyboard at least 10 cm when a laptop is present',
    ].map(conditionsOf);
    expect(new Set(orders.slice(0, 4).map((o) => JSON.stringify(o))).size).toBe(1);
    expect(typeof orders[4]).toBe('string');
  });
});

describe('changes that must not pass unseen', () => {
  it('an unknown word anywhere refuses the sentence and is named', () => {
    const stranger = fc.constantFrom('purple', 'xyzzy', 'tomorrow', 'maybe', 'except', 'Tassen', '<b>', 'мug');
    fc.assert(
      fc.property(anySentence, stranger, fc.nat(), (text, word, at) => {
        fc.pre(!text.includes('zone'));
        const words = text.split(' ');
        words.splice(at % (words.length + 1), 0, word);
        const result = parseSentence(words.join(' '));
        expect(result.ok).toBe(false);
        if (!result.ok) expect(result.unknown.join(' ')).toContain(word.replaceAll(/[<>]/g, ''));
      }),
    );
  });

  it('every piece of an accepted sentence has a role, and the pieces are the whole sentence', () => {
    for (const text of accepted) {
      const reading = understand(text);
      if (!reading.ok) throw new Error(text);
      const letters = (s: string) => s.replaceAll(/[\s-]/g, '');
      const pieces = reading.pieces.filter(
        (p, i, all) => !(i > 0 && contraction(p.text) && all[i - 1]!.text === p.text),
      );
      expect(letters(pieces.map((p) => p.text).join(''))).toBe(letters(text));
    }
  });

  it('leaving a word out never gives the opposite rule silently', () => {
    for (const text of [
      'Do not put mugs on laptops',
      'No mugs within 15 cm of the laptop',
      'Never place mugs near phones',
    ]) {
      const without = text.replace(/^(Do not|No|Never) /, '');
      expect(conditionsOf(without)).not.toEqual(conditionsOf(text));
    }
  });
});

const contraction = (s: string) => /n['’]t$|^cannot$|['’](s|d)$/i.test(s);

describe('any text at all', () => {
  it('gives an answer', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary', maxLength: 200 })), (text) => {
        const result = parseSentence(text);
        if (!result.ok) expect(result.reason).not.toBe('');
      }),
      { numRuns: 500 },
    );
  });

  it('also when it is made of the words of the language', () => {
    const words = [...new Set(accepted.join(' ').toLowerCase().split(/\s+/))];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...words), { maxLength: 40 }), (list) => {
        const text = list.join(' ').slice(0, 500);
        const result = parseSentence(text);
        if (result.ok) expect(result.draft.conditions.length).toBeGreaterThan(0);
        else for (const s of result.suggestions) expect(parseSentence(s).ok, s).toBe(true);
      }),
      { numRuns: 600 },
    );
  });

  it('is the same answer twice', () => {
    fc.assert(
      fc.property(anySentence, (text) => {
        expect(parseSentence(text)).toEqual(parseSentence(text));
      }),
    );
  });
});
