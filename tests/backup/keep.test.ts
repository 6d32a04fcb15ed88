import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { notKept } from '../../src/backup/keep.ts';
import { Names } from '../../src/backup/names.ts';

const at = (iso: string) => ({ id: iso, created_at: new Date(iso).toISOString() });
const kept = (backups: readonly { id: string; created_at: string }[], keep: Parameters<typeof notKept>[1]) => {
  const gone = notKept(backups, keep);
  return backups.map(({ id }) => id).filter((id) => !gone.includes(id));
};

describe('of a backup every six hours for 40 days', () => {
  const start = Date.UTC(2026, 0, 1);
  const all = Array.from({ length: 160 }, (_, n) => at(new Date(start + n * 6 * 3_600_000).toISOString()));

  it('the newest, the last of each day and of each week stay', () => {
    // The last one is of Monday, 9 February, 18:00.
    const days = ['03', '04', '05', '06', '07', '08', '09'].map((day) => `2026-02-${day}T18:00:00.000Z`);
    const weeks = ['2026-01-25', '2026-02-01'].map((day) => `${day}T18:00:00.000Z`);
    const last = ['2026-02-09T06:00:00.000Z', '2026-02-09T12:00:00.000Z'];
    expect(kept(all, { last: 3, daily: 7, weekly: 4 })).toEqual([...weeks, ...days, ...last].toSorted());
  });

  it('the newest stays whatever is asked', () => {
    expect(kept(all, { last: 0, daily: 0, weekly: 0 })).toEqual(['2026-02-09T18:00:00.000Z']);
  });
});

it('days without a backup are not counted', () => {
  const all = [at('2020-01-01T00:00:00Z'), at('2021-01-01T00:00:00Z'), at('2026-01-01T00:00:00Z')];
  expect(kept(all, { last: 1, daily: 2, weekly: 0 })).toEqual(['2021-01-01T00:00:00Z', '2026-01-01T00:00:00Z']);
});

it('names are found, and others are not, however many there are', () => {
  const name = fc
    .array(fc.constantFrom(...'0123456789abcdef'), { minLength: 64, maxLength: 64 })
    .map((one) => one.join(''));
  fc.assert(
    fc.property(fc.uniqueArray(name, { maxLength: 3000 }), (all) => {
      const names = new Names();
      const [there, absent] = [all.filter((_, n) => n % 2 === 0), all.filter((_, n) => n % 2 === 1)];
      for (const one of there) names.add(one);
      return there.every((one) => names.has(one)) && !absent.some((one) => names.has(one));
    }),
    { numRuns: 20 },
  );
});
