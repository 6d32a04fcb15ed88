import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAYS } from '../../../src/contract/timing.ts';
import { deadlineAt, inHours } from '../../../src/watch/core/hours.ts';
import { dayBefore, localTime } from '../../../src/watch/core/local-time.ts';

const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'America/Sao_Paulo',
  'Pacific/Apia',
];
const moment = fc.integer({ min: Date.parse('2010-01-01'), max: Date.parse('2035-01-01') }).map((ms) => new Date(ms));
const zone = fc.constantFrom(...ZONES);

describe('local time', () => {
  it('is what the clock on the wall shows, also where it is changed', () => {
    fc.assert(
      fc.property(moment, zone, (at, timeZone) => {
        const shown = new Intl.DateTimeFormat('en-GB', { timeZone, dateStyle: 'full', timeStyle: 'short' }).format(at);
        const { date, day, minute } = localTime(at, timeZone);
        expect(shown.slice(0, 3).toLowerCase()).toBe(day);
        expect(shown.slice(-5)).toBe(
          `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`,
        );
        expect(shown).toContain(String(Number(date.slice(8))));
      }),
      { numRuns: 300 },
    );
  });

  it('has the hour that is left out never, and the hour that comes again twice', () => {
    const at = (text: string) => localTime(new Date(text), 'Europe/Berlin').minute;
    expect([at('2026-03-29T00:59:00Z'), at('2026-03-29T01:00:00Z')]).toEqual([119, 180]);
    expect([at('2026-10-25T00:30:00Z'), at('2026-10-25T01:30:00Z')]).toEqual([150, 150]);
  });
});

describe('hours of a rule', () => {
  const clock = fc
    .integer({ min: 0, max: 1439 })
    .map((m) => `${String(Math.floor(m / 60)).padStart(2, '0')}:${String(m % 60).padStart(2, '0')}`);

  it('and the hours outside of them are the whole day, over every change of the clock', () => {
    fc.assert(
      fc.property(moment, zone, clock, clock, (at, timeZone, a, b) => {
        fc.pre(a !== b);
        const now = localTime(at, timeZone);
        expect(inHours({ after: a, before: b }, now)).toBe(!inHours({ after: b, before: a }, now));
        expect(inHours({ after: a }, now)).toBe(a === '00:00' || !inHours({ before: a }, now));
      }),
      { numRuns: 300 },
    );
  });

  it('belong to the day they begin on', () => {
    fc.assert(
      fc.property(moment, zone, fc.subarray([...DAYS], { minLength: 1 }), (at, timeZone, days) => {
        const now = localTime(at, timeZone);
        const night = now.minute < 360 ? dayBefore(now.day) : now.day;
        const dark = now.minute < 360 || now.minute >= 1320;
        expect(inHours({ after: '22:00', before: '06:00', days }, now)).toBe(dark && days.includes(night));
      }),
      { numRuns: 200 },
    );
  });
});

describe('a deadline', () => {
  it('that the clock leaps over is due after it', () => {
    const local = (text: string) => localTime(new Date(text), 'Europe/Berlin');
    const due = deadlineAt(
      { by: '02:30' },
      { known: undefined, last: local('2026-03-29T00:59:50Z') },
      local('2026-03-29T01:00:00Z'),
    );
    expect(due).toEqual({ day: '2026-03-29', settled: false });
  });

  it('that comes twice is due once', () => {
    const local = (text: string) => localTime(new Date(text), 'Europe/Berlin');
    const first = deadlineAt(
      { by: '02:30' },
      { known: undefined, last: local('2026-10-25T00:29:50Z') },
      local('2026-10-25T00:30:00Z'),
    );
    const met = { ...first, settled: true };
    const again = deadlineAt(
      { by: '02:30' },
      { known: met, last: local('2026-10-25T01:29:50Z') },
      local('2026-10-25T01:30:00Z'),
    );
    expect(again).toBe(met);
  });
});
