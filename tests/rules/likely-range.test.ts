import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { likelyRange, likelyWords, roughly, sureWords } from '../../src/rules/likely-range.ts';

const IN_MM = { mm: 1, cm: 10, in: 25.4 } as const;

/** The numbers of a range and of what is required, back in mm; "at most" begins at 0. */
function read({ range, required }: { range: string; required: string | null }) {
  const unit = IN_MM[range.split(' ').at(-1) as keyof typeof IN_MM];
  const [first = Number.NaN, second = first] = (range.match(/\d[\d.e+-]*/g) ?? []).map(Number);
  const limit = Number((required ?? '').split(' ')[0]) * unit;
  return { low: range.startsWith('at most') ? 0 : first * unit, high: second * unit, limit };
}

describe('a length for people', () => {
  it.each([
    [16, 146, 152.4, 'between 2 and 15 cm', '15.24 cm (6 in)'],
    [81 - 65, 81 + 65, 150, 'between 2 and 14.5 cm', '15 cm'],
    [-20, 44, 150, 'at most 4 cm', '15 cm'],
    [86, 110, 152.4, 'between 9 and 11 cm', '15.24 cm (6 in)'],
    [149.96, 163, 150, 'between 14.996 and 16.5 cm', '15 cm'],
    [120, 120, 100, 'about 120 mm', '100 mm'],
    [40.2, 41.9, 50, 'between 40.2 and 41.9 mm', '50 mm'],
    [300, 1900, 150, 'between 30 and 190 cm', '15 cm'],
  ])('from %d to %d mm against %d mm is %s', (low, high, required, range, told) => {
    expect(likelyRange(Math.max(0, low), high, required)).toEqual({ range, required: told });
  });

  it('is told in inches where they were asked for, and with its side where it has one', () => {
    expect(likelyRange(16, 146, 152.4, 'imperial')).toEqual({ range: 'between 0.5 and 5.5 in', required: '6 in' });
    const sides = ['over it', 'from it'] as const;
    expect(likelyRange(-30, 42, 50, 'metric', sides).range).toBe('between 3 cm over it and 4 cm from it');
    expect(likelyRange(-62, -18, 50, 'metric', sides).range).toBe('between 2 and 6 cm over it');
    expect(roughly(254, 25, 'metric')).toBe('25 cm');
    expect(roughly(254, 25, 'imperial')).toBe('10 in');
    expect(roughly(41.26, 1, 'metric')).toBe('41.3 mm');
  });

  it('says no side where both ends round to nothing', () => {
    const sides = ['to the left', 'to the right'] as const;
    const range = (low: number, high: number, required: number | null = 50, units: 'metric' | 'imperial' = 'metric') =>
      likelyRange(low, high, required, units, sides).range;
    expect(range(-0.04, 0.03)).toBe('at most 0.04 mm either way');
    expect(range(-0.01, 0.08, null, 'imperial')).toBe('at most 0.003 in either way');
    expect(range(0, 0)).toBe('at most 0 mm either way');
    expect(range(-4.8, 5.9)).toBe('between 0.5 cm to the left and 0.5 cm to the right');
    fc.assert(
      fc.property(
        fc.double({ min: -30, max: 30, noNaN: true }),
        fc.double({ min: 0, max: 30, noNaN: true }),
        (low, width) => {
          expect(range(low, low + width)).not.toMatch(/(?:^|and )0 (?:cm|mm|in) to/);
        },
      ),
    );
  });

  it('never reads as enough where it is too little, or the other way round', () => {
    const mm = fc.double({ min: 0, max: 5000, noNaN: true });
    fc.assert(
      fc.property(
        mm,
        mm,
        fc.integer({ min: 1, max: 5000 }),
        fc.constantFrom('metric' as const, 'imperial' as const),
        (p, q, limit, units) => {
          const [low, high] = [Math.min(p, q), Math.max(p, q)];
          const told = likelyRange(low, high, limit, units);
          const read1 = read(told);
          // Nearer than a micrometre nobody can read a side.
          for (const [end, said] of [
            [low, read1.low],
            [high, read1.high],
          ] as const) {
            if (Math.abs(end - limit) < 0.2) continue;
            expect(Math.sign(said - read1.limit)).toBe(Math.sign(end - limit));
          }
        },
      ),
    );
  });

  it('nor where what is required is itself rounded', () => {
    // 3.935 in, shown as 3.94.
    expect(likelyRange(100.15, 100.35, 99.95, 'imperial').range).toBe('between 3.943 and 3.95 in');
  });

  it('is surer than it was found in no words', () => {
    expect([0.949_9, 0.95, 0.989, 0.99, 0.9901, 0.999].map(sureWords)).toEqual(
      ['94', '95', '98', '99', 'over 99', 'over 99'].map((p) => `${p} % sure`),
    );
    expect(likelyWords(0.5)).toBe('50 % likely');
  });
});
