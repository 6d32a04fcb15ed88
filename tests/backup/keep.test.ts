import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newestOf, notKept } from '../../src/backup/keep.ts';
import { Names } from '../../src/backup/names.ts';

const at = (iso: string) => ({ id: iso, created_at: new Date(iso).toISOString() });
const kept = (
  backups: readonly { id: string; created_at: string }[],
  keep: Parameters<typeof notKept>[1],
  now = '2100-01-01T00:00:00Z',
) => {
  const gone = notKept(backups, keep, { now: new Date(now) });
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

describe('made under a clock that ran ahead', () => {
  const now = new Date('2026-01-10T12:00:00Z');
  const ahead = Array.from({ length: 12 }, (_, n) => at(new Date(Date.UTC(2027, 1, 1 + 3 * n)).toISOString()));
  const come = Array.from({ length: 3 }, (_, n) => at(`2026-01-0${n + 7}T12:00:00Z`));
  const keep = { last: 1, daily: 0, weekly: 0 };

  it('they neither go nor count until their time has come', () => {
    const all = [...come, ...ahead];
    expect(kept(all, keep, now.toISOString())).toEqual([come[2], ...ahead].map((one) => one?.id));
    expect(kept(all, keep, '2028-01-01T00:00:00Z')).toEqual([ahead.at(-1)?.id]);
  });

  it('what was just made stays, also beside one of a clock that is a little ahead', () => {
    const made = at('2026-01-10T12:00:00Z');
    const other = at('2026-01-10T12:05:00Z');
    expect(notKept([...come, made, other], keep, { now, made: made.id })).not.toContain(made.id);
    expect(notKept([...come, made, other], keep, { now })).toContain(made.id);
  });

  it('the newest is none of them', () => {
    const ids = ['20260101T000000000Z-00000001', '20260102T000000000Z-00000002', '20280101T000000000Z-00000003'];
    expect(newestOf(ids, now)).toEqual({ newest: ids[1], ahead: [ids[2]] });
    expect(newestOf(ids.slice(2), now)).toEqual({ newest: null, ahead: [ids[2]] });
    expect(newestOf([], now)).toEqual({ newest: null, ahead: [] });
  });
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
