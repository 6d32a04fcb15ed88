import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WatchEvent } from '../../../src/contract/watch.ts';
import { generator } from '../../../src/scene/math/samples.ts';
import { FAR, LAPTOP, NEAR, noMug, someMug, tooNear, Watched } from './watched.ts';

const near = [LAPTOP, NEAR];
const far = [LAPTOP, FAR];

describe('a rule that is broken and mended', () => {
  it('is told once each, when it lasted, with when it began', () => {
    const camera = new Watched([tooNear()]).during(0, 20, far).during(21, 60, near).during(61, 100, far);
    expect(camera.kinds.filter((k) => k.startsWith('rule'))).toEqual(['rule_broken', 'rule_mended']);
    const broken = camera.only('rule_broken');
    expect(camera.seconds(broken.since)).toBe(21);
    expect(camera.seconds(broken.at)).toBe(31);
    expect(broken.objects.map((o) => o.track_id)).toEqual(['mug-1', 'laptop-1']);
    expect(broken.evidence.measured_mm!.value).toBeCloseTo(40, 0);
    expect(broken.evidence.required_mm).toBe(100);
    const mended = camera.only('rule_mended');
    expect(mended.since).toBe(broken.since);
    expect(camera.seconds(mended.at)).toBe(71);
    // Over when it stood far away again, though that was sure only later.
    expect(camera.seconds(mended.until!)).toBe(61);
    expect(mended.evidence.seen_s).toBeCloseTo(40, 0);
    expect(mended.evidence.measured_mm!.value).toBeGreaterThan(100);
    expect(mended.evidence.reason).toContain('mug-1');
    expect(broken.until).toBeNull();
    for (const event of camera.events) expect(WatchEvent.parse(event)).toEqual(event);
  });

  it('says nothing of what passes by', () => {
    const camera = new Watched([tooNear()]).during(0, 20, far).during(21, 28, near).during(29, 100, far);
    expect(camera.kinds).toEqual([]);
  });

  it('goes on while frames are skipped because nothing changed', () => {
    const camera = new Watched([tooNear()]).during(0, 20, far).during(21, 21, near).during(22, 60, null);
    expect(camera.seconds(camera.only('rule_broken').at)).toBe(31);
  });

  it('ends when the thing that broke it is taken away', () => {
    const camera = new Watched([tooNear()]).during(0, 40, near).during(41, 120, [LAPTOP]);
    expect(camera.kinds).toEqual(['rule_broken', 'object_left', 'rule_mended']);
    expect(camera.only('rule_mended').evidence.reason).toBe('what broke it is no longer there');
  });

  it('does not break by what is out of sight', () => {
    const camera = new Watched([tooNear()]).during(0, 5, near).during(6, 34, [LAPTOP]);
    expect(camera.kinds).toEqual([]);
    camera.during(35, 36, near);
    expect(camera.kinds).toEqual(['rule_broken']);
    expect(camera.seconds(camera.only('rule_broken').since)).toBe(0);
  });

  it('is told for each mug', () => {
    const second = { ...NEAR, x: 400, y: 210 };
    const camera = new Watched([tooNear()]).during(0, 40, near).during(41, 80, [...near, second]);
    const broken = camera.events.filter((e) => e.kind === 'rule_broken');
    expect(broken.map((e) => e.objects[0]!.track_id)).toEqual(['mug-1', 'mug-2']);
  });

  it('has the same id in whatever process, and another for another time', () => {
    const run = () => new Watched([tooNear()]).during(0, 60, near).during(61, 100, far).during(101, 160, near);
    const [a, b] = [run().events, run().events];
    expect(a.map((e) => e.event_id)).toEqual(b.map((e) => e.event_id));
    expect(new Set(a.map((e) => e.event_id)).size).toBe(a.length);
  });

  it('ends when the rule is switched off', () => {
    const camera = new Watched([tooNear()]).during(0, 40, near);
    camera.rules.length = 0;
    camera.during(41, 42, near);
    expect(camera.kinds).toEqual(['rule_broken', 'rule_ended']);
    expect(camera.only('rule_ended').evidence.reason).toBe('the rule is gone or switched off');
  });
});

describe('never a storm', () => {
  const pairs = (camera: Watched) => camera.kinds.filter((k) => k === 'rule_broken').length;

  it('tells one pair of events of 1,000 frames that alternate', () => {
    const camera = new Watched([tooNear()]);
    for (let s = 0; s < 1000; s++) camera.show({ s, things: s % 2 === 0 ? near : far });
    camera.during(1000, 1300, far);
    expect(camera.kinds.filter((k) => k.startsWith('rule'))).toEqual(['rule_broken', 'rule_mended']);
  });

  it('tells at most one pair of 1,000 frames that flicker at random, and few events at all', {
    timeout: 120_000,
  }, () => {
    fc.assert(
      fc.property(fc.integer(), fc.double({ min: 0.05, max: 0.95, noNaN: true }), (seed, share) => {
        const random = generator(seed);
        const camera = new Watched([tooNear()]);
        for (let s = 0; s < 1000; s++) {
          const things = random() < share ? near : random() < 0.2 ? [LAPTOP] : far;
          camera.show({ s, things });
        }
        expect(pairs(camera)).toBeLessThanOrEqual(2);
        expect(camera.events.length).toBeLessThan(12);
      }),
      { numRuns: 15 },
    );
  });

  it('tells few of a rule that breaks again and again', () => {
    for (const period of [2, 5, 11, 15, 30]) {
      const camera = new Watched([noMug()]);
      for (let s = 0; s < 1000; s++) camera.show({ s, things: Math.floor(s / period) % 2 === 0 ? near : [LAPTOP] });
      expect(pairs(camera)).toBeLessThanOrEqual(5);
    }
  });
});

it('who moves a mug every few minutes is told each time as soon as the first time', () => {
  const camera = new Watched([tooNear()]);
  for (let turn = 0; turn < 20; turn += 1) {
    const from = 180 * turn;
    camera.during(from, from + 170, turn % 2 === 0 ? far : near, 10);
  }
  const ruled = camera.events.filter((e) => e.kind === 'rule_broken' || e.kind === 'rule_mended');
  expect(ruled.map(({ at }) => camera.seconds(at) % 180)).toEqual(Array.from({ length: 19 }, () => 10));
});

describe('uncertain', () => {
  const unsure = [LAPTOP, { ...NEAR, x: 700, sigma: 20 }];

  it('neither breaks nor mends', () => {
    expect(new Watched([tooNear()]).during(0, 200, unsure).kinds).toEqual([]);
    const camera = new Watched([tooNear()]).during(0, 40, near).during(41, 300, unsure);
    expect(camera.kinds.filter((k) => k.startsWith('rule'))).toEqual(['rule_broken']);
  });

  it('is told when it lasts, once', () => {
    const camera = new Watched([tooNear()]).during(0, 3000, unsure, 10);
    expect(camera.kinds).toEqual(['rule_uncertain']);
    expect(camera.seconds(camera.only('rule_uncertain').at)).toBe(900);
  });
});

describe('for more than some time', () => {
  const patient = tooNear({ for_seconds: 600 });

  it('is broken after more than that, not before', () => {
    const camera = new Watched([patient]).during(0, 600, near, 10);
    expect(camera.kinds).toEqual([]);
    camera.during(610, 610, near);
    expect(camera.kinds).toEqual(['rule_broken']);
    expect(camera.seconds(camera.only('rule_broken').since)).toBe(0);
  });

  it('does not count time that nobody saw', () => {
    const camera = new Watched([patient]).during(0, 300, near, 10).during(4000, 4300, near, 10);
    expect(camera.kinds).toEqual([]);
    camera.during(4310, 4320, near, 10);
    const { evidence } = camera.only('rule_broken');
    expect(evidence.seen_s).toBe(610);
    expect(evidence.unseen_s).toBe(3700);
  });

  it('begins anew when it was fine in between, but not for a flicker', () => {
    const again = new Watched([patient]).during(0, 400, near, 10).during(410, 440, far, 10).during(450, 1000, near, 10);
    expect(again.kinds.filter((k) => k.startsWith('rule'))).toEqual([]);
    const flicker = new Watched([patient]).during(0, 400, near, 5).during(405, 405, far).during(410, 620, near, 5);
    expect(flicker.kinds).toContain('rule_broken');
  });
});

describe('hours', () => {
  const at = (text: string) => Date.parse(text);
  const london = { time_zone: 'Europe/London' };

  it('breaks after the hour, by the clock on the wall, also when nothing changes', () => {
    const camera = new Watched([noMug({ after: '18:00' })], london, at('2026-07-01T16:59:00Z'));
    camera.during(0, 0, near).during(1, 120, null);
    const broken = camera.only('rule_broken');
    expect(broken.since).toBe('2026-07-01T17:00:00.000Z');
    expect(broken.at).toBe('2026-07-01T17:00:10.000Z');
  });

  it('ends at midnight without a word that it was mended', () => {
    const camera = new Watched([noMug({ after: '18:00' })], london, at('2026-01-01T23:50:00Z'));
    camera.during(0, 900, near, 10);
    expect(camera.kinds).toEqual(['rule_broken', 'rule_ended']);
    expect(camera.only('rule_ended').at).toBe('2026-01-02T00:00:00.000Z');
  });

  it('keeps to its days, and a night belongs to the day it began on', () => {
    const night = noMug({ after: '22:00', before: '06:00', days: ['fri'] });
    const saturday = new Watched([night], london, at('2026-01-03T02:00:00Z')).during(0, 30, near);
    expect(saturday.kinds).toEqual(['rule_broken']);
    const friday = new Watched([night], london, at('2026-01-02T02:00:00Z')).during(0, 30, near);
    expect(friday.kinds).toEqual([]);
  });
});

describe('by some time', () => {
  const by = someMug({ by: '09:00' });
  const zone = { time_zone: 'Europe/Berlin' };
  const nine = Date.parse('2026-03-02T08:00:00Z');

  it('is broken when it does not hold then, and mended when it does', () => {
    const camera = new Watched([by], zone, nine);
    camera.during(-60, 600, [LAPTOP], 10).during(610, 700, near, 10);
    expect(camera.kinds).toEqual(['rule_broken', 'object_entered', 'rule_mended']);
    expect(camera.only('rule_broken').since).toBe('2026-03-02T08:00:00.000Z');
  });

  it('is met for the day once it holds', () => {
    const camera = new Watched([by], zone, nine).during(-60, 20, near, 10).during(30, 7200, [LAPTOP], 10);
    expect(camera.kinds).toEqual(['object_left']);
  });

  it('asks nothing before', () => {
    expect(new Watched([by], zone, nine).during(-7200, -10, [LAPTOP], 10).kinds).toEqual([]);
  });

  it('says nothing when nobody saw the hour pass', () => {
    const camera = new Watched([by], zone, nine).during(-600, -300, [LAPTOP], 10).during(900, 1800, [LAPTOP], 10);
    expect(camera.kinds).toEqual([]);
    const late = new Watched([by], zone, nine).during(900, 1800, [LAPTOP], 10);
    expect(late.kinds).toEqual([]);
  });

  it('is asked again the next day', () => {
    const camera = new Watched([by], { ...zone, gap_s: 600 }, nine);
    camera
      .during(-60, 20, near, 10)
      .during(30, 86_400 + 120, [LAPTOP], 300)
      .during(86_400 + 121, 86_400 + 800, [LAPTOP], 10);
    expect(camera.kinds).toEqual(['object_left', 'rule_broken']);
    expect(camera.only('rule_broken').since.slice(0, 10)).toBe('2026-03-03');
  });
});

describe('clocks and gaps', () => {
  it('takes a frame once', () => {
    const camera = new Watched([tooNear()]).during(0, 5, near);
    const { state } = camera;
    expect(camera.show({ s: 5, things: far }).ignored).toBe('duplicate');
    expect(camera.state).toEqual(state);
  });

  it('leaves out frames that come late', () => {
    const camera = new Watched([tooNear()]);
    for (const s of [0, 2, 1, 4, 3, 6, 5, 8, 7, 10, 9, 12]) camera.show({ s, things: near });
    expect(camera.seconds(camera.only('rule_broken').at)).toBe(10);
  });

  it('goes on when the clock was set back, and counts no second twice', () => {
    const camera = new Watched([tooNear({ for_seconds: 600 })]).during(0, 500, near, 10).during(-3600, -3400, near, 10);
    // 500 s before, and 180 s since the third frame after.
    const { evidence, at } = camera.only('rule_broken');
    expect(evidence.seen_s).toBe(610);
    expect(camera.seconds(at)).toBe(-3580 + 110);
  });

  it('comes back from a clock that ran ahead', () => {
    const camera = new Watched([tooNear()]).during(0, 30, near);
    camera.show({ s: 4e9, things: near });
    camera.during(31, 60, near).during(61, 90, far);
    expect(camera.kinds).toEqual(['rule_broken', 'object_moved', 'rule_mended']);
  });

  it('claims nothing of what it did not see', () => {
    const camera = new Watched([tooNear()]).during(0, 5, near).during(7200, 7204, near);
    expect(camera.kinds).toEqual([]);
    const mended = new Watched([tooNear()]).during(0, 30, near).during(7200, 7300, far, 5);
    const { evidence } = mended.only('rule_mended');
    expect(evidence.seen_s).toBeCloseTo(30, 0);
    expect(evidence.unseen_s).toBeCloseTo(7170, 0);
  });
});
