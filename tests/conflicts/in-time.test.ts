import { describe, expect, it } from 'vitest';
import { findConflicts } from '../../src/conflicts/detect.ts';
import { coversInTime, meetInTime } from '../../src/conflicts/in-time.ts';
import { draftOf } from './rules.ts';

const kinds = (...sentences: string[]) => findConflicts(sentences.map((s) => draftOf(s)));

describe('rules that hold at different times', () => {
  it('do not contradict each other', () => {
    expect(kinds('Before 9:00, no mugs on the desk', 'After 9:00, there must be a mug on the desk')).toEqual([]);
    expect(kinds('No mugs on the desk on weekends', 'There must be a mug on the desk on Mondays')).toEqual([]);
  });

  it('do where their hours overlap', () => {
    const [found] = kinds(
      'Before 10:00, no mugs on the desk',
      'Between 9:00 and 17:00, there must be a mug on the desk',
    );
    expect(found).toMatchObject({ kind: 'contradiction' });
    expect(found).not.toHaveProperty('proven');
    expect(kinds('No mugs on the desk after 18:00', 'There must be a mug on the desk')).toMatchObject([
      { kind: 'contradiction' },
    ]);
  });

  it('also over midnight and over the end of the week', () => {
    const night = { timing: { after: '22:00', before: '06:00', days: ['sun' as const] } };
    expect(meetInTime(night, { timing: { before: '05:00', days: ['mon'] } })).toBe('sure');
    expect(meetInTime(night, { timing: { after: '06:00', days: ['mon'] } })).toBe('never');
  });

  it('may take turns where both allow the other for a while: nothing is proved', () => {
    const [found] = kinds(
      'No mugs on the desk for more than 10 minutes',
      'There must be a mug on the desk with 10 minutes of grace',
    );
    expect(found).toMatchObject({ kind: 'contradiction', proven: false });
  });

  it('contain each other only where their hours do', () => {
    const always = {};
    const evening = { timing: { after: '18:00' } };
    const late = { timing: { after: '20:00', before: '23:00' } };
    expect(coversInTime(always, evening)).toBe(true);
    expect(coversInTime(evening, always)).toBe(false);
    expect(coversInTime(evening, late)).toBe(true);
    expect(coversInTime(late, evening)).toBe(false);
    expect(coversInTime({ timing: { for_seconds: 60 } }, always)).toBe(false);
    expect(coversInTime({ timing: { for_seconds: 60 } }, { timing: { for_seconds: 600 } })).toBe(true);
    expect(coversInTime({ timing: { by: '09:00' } }, { timing: { by: '09:00' } })).toBe(true);
    expect(coversInTime({ timing: { by: '09:00' } }, evening)).toBe(false);
  });
});
