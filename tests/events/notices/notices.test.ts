import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Analysis } from '../../../src/contract/analysis.ts';
import {
  NotificationPreferences,
  type OutgoingEvent,
  SEVERITIES,
  type Severity,
} from '../../../src/contract/notification.ts';
import { HeldNotices } from '../../../src/events/notices/held-notices.ts';
import type { PostedNotice } from '../../../src/events/notices/notice.ts';
import { noticeTarget } from '../../../src/events/notices/notice-target.ts';
import { isQuiet } from '../../../src/events/notices/quiet-hours.ts';
import { DeliveryError } from '../../../src/events/outbox/target.ts';
import { outgoing } from '../../../src/events/outgoing-event.ts';
import { writePreferences } from '../../../src/notifications/preferences.ts';
import type { Records } from '../../../src/ports/records.ts';
import { createSqliteRecords } from '../../../src/storage/sqlite/records.ts';

const signal = new AbortController().signal;
const MINUTE = 60_000;
let records: Records;
let now: Date;
let posted: PostedNotice[];
let fails: boolean;
let refuses: RegExp | null;
let number = 0;
beforeEach(() => {
  records = createSqliteRecords(':memory:');
  now = new Date('2026-01-01T12:00:00.000Z');
  posted = [];
  fails = false;
  refuses = null;
});
afterEach(() => records.close());

const target = (severities: readonly Severity[] = SEVERITIES) =>
  noticeTarget(
    {
      name: 'slack',
      async post(notice) {
        if (fails) throw new DeliveryError('answered 500');
        if (refuses?.test(notice.title)) throw new DeliveryError('answered 400', { isFinal: true });
        posted.push(notice);
      },
    },
    {
      registry: records.registry,
      severities,
      now: () => now,
      picture: async (id, owner) => ({ url: `https://desk.example/${owner}/${id}/${now.getTime()}`, expires_at: '' }),
    },
  );
const later = (minutes: number) => {
  now = new Date(now.getTime() + minutes * MINUTE);
};
const prefer = (given: object, owner = 'ann') =>
  writePreferences(records.registry, owner, NotificationPreferences.parse(given), now);

function analysed(verdicts: Record<string, string>, more: { owner?: string; camera?: string; priority?: number } = {}) {
  const rules = Object.entries(verdicts).map(([rule_id, verdict]) => ({
    rule_id,
    name: `Rule ${rule_id}`,
    priority: more.priority ?? 8,
    verdict,
    reason: 'too near',
  }));
  number += 1;
  return {
    event_id: `evt_${number}`,
    event_type: 'positioning_analyzed',
    timestamp: now.toISOString(),
    owner: more.owner ?? 'ann',
    severity: 'warning',
    data: { analysis_id: `ana_${number}`, calibration_id: more.camera ?? null, rules },
  } satisfies OutgoingEvent;
}
const tell = (event: OutgoingEvent, to = target()) => to.deliver([event], signal);
const said = () => posted.splice(0).map(({ title, lines }) => [title, ...lines].join(' | '));

const seen = (kind: string, more: object = {}): OutgoingEvent => ({
  event_id: `wev_${kind}`.padEnd(28, '0'),
  event_type: 'camera_event',
  timestamp: now.toISOString(),
  owner: 'ann',
  severity: 'warning',
  data: {
    ...{ camera_id: 'cam_1', camera: 'desk', rule: 'Far from laptops', move: 'Move mug-1 5 cm to the left.', kind },
    ...{ at: now.toISOString(), since: now.toISOString(), rule_id: 'rule_a', analysis_id: null },
    objects: [{ track_id: 'mug-1', class: 'mug' }],
    evidence: { reason: 'too near', measured_mm: null, required_mm: null, seen_s: 20, unseen_s: 0 },
    ...more,
  },
});

describe('what people are told of a camera', () => {
  const BROKEN = `desk: Far from laptops is broken: mug-1 | too near (since 1 January 2026, 12:00 UTC) | To put it right: Move mug-1 5 cm to the left.`;
  const MENDED =
    'desk: Far from laptops holds again: mug-1 | too near | It was broken for 20 seconds, since 1 January 2026, 14:00 UTC';

  it('once, also when the same event is delivered again by a process that was started anew', async () => {
    const broken = seen('rule_broken');
    await tell(broken);
    expect(said()).toEqual([BROKEN]);
    await tell(broken, target());
    later(120);
    await tell(broken, target());
    expect(said()).toEqual([]);
    const mended = seen('rule_mended', { move: null });
    await tell(mended);
    await tell(mended, target());
    expect(said()).toEqual([MENDED]);
  });

  it('again, where it could not be posted', async () => {
    const broken = seen('rule_broken');
    fails = true;
    await expect(tell(broken)).rejects.toThrow();
    fails = false;
    await tell(broken, target());
    expect(said()).toEqual([BROKEN]);
  });

  it('nothing of what comes, leaves and is moved, nor of a rule that is muted', async () => {
    for (const kind of ['object_entered', 'object_left', 'object_moved', 'rule_ended', 'rule_uncertain']) {
      await tell(seen(kind));
    }
    await prefer({ muted_rules: ['rule_a'] });
    await tell(seen('rule_broken'));
    expect(said()).toEqual([]);
  });
});

it.each([
  [10, 'critical'],
  [7, 'warning'],
  [3, 'info'],
  [null, 'warning'],
])('a rule of priority %s that a camera sees broken is %s', (priority, severity) => {
  const event = {
    ...{ type: 'camera_event', id: 'evt_1', time: now.toISOString(), topic: 'camera', owner: 'ann' },
    ...{ camera_id: 'cam_1', camera: 'desk', rule: 'R', priority, move: null, event: { kind: 'rule_broken' } },
  } as unknown as Parameters<typeof outgoing>[0];
  expect(outgoing(event)).toMatchObject({ severity, data: { priority } });
});

describe('what people are told of rules', () => {
  it('once when it breaks, hourly while it stays so, once when it holds again', async () => {
    expect(await tell(analysed({ rule_a: 'violated' }))).toBe(1);
    expect(await tell(analysed({ rule_a: 'violated' }))).toBe(0);
    expect(said()).toEqual(['Rule rule_a is broken | Broken: Rule rule_a – too near']);
    for (let minute = 0; minute < 59; minute += 10) {
      await tell(analysed({ rule_a: 'violated' }));
      await tell(analysed({ rule_a: 'uncertain' }));
      later(10);
    }
    expect(said()).toEqual([]);
    later(1);
    await tell(analysed({ rule_a: 'violated' }));
    expect(said()).toEqual(['Rule rule_a is broken | Still broken: Rule rule_a – too near']);
    await tell(analysed({ rule_a: 'satisfied' }));
    await tell(analysed({ rule_a: 'satisfied' }));
    expect(said()).toEqual(['Rule rule_a holds again | Holds again: Rule rule_a']);
    await tell(analysed({ rule_a: 'violated' }));
    expect(said()).toHaveLength(1);
  });

  it('with what may help where no move is sure, why none is, and how far to believe it', async () => {
    const event = analysed({ rule_a: 'violated' });
    const move = { text: 'Move mug-1 28 cm to the right.', verified: false, rule_ids: ['rule_a'] };
    const why_not = 'Moves cannot fulfil rule_a1-B ("every mug keeps 30 cm"), nor rule_c ("no cups").';
    const warnings = ['The small model is wrong in 3 of 10.', 'The scale is a guess.', 'A third.'];
    await tell({ ...event, data: { ...event.data, moves: [move], why_not, warnings } });
    expect(posted[0]!.lines).toEqual([
      'Broken: Rule rule_a – too near',
      'May help, but is not verified: Move mug-1 28 cm to the right.',
      'No sure move is known: Moves cannot fulfil "every mug keeps 30 cm", nor "no cups".',
      'Note: The small model is wrong in 3 of 10.',
      'Note: The scale is a guess.',
    ]);
    posted = [];
    const sure = { ...move, text: 'Move laptop-1 away.', verified: true };
    later(61);
    await tell({ ...event, data: { ...event.data, moves: [move, sure], why_not } });
    expect(posted[0]!.lines.slice(1)).toEqual(['To put it right: Move laptop-1 away.']);
    posted = [];
    await tell({ ...event, data: { ...analysed({ rule_a: 'satisfied' }).data, moves: [move], why_not, warnings } });
    expect(said()).toEqual(['Rule rule_a holds again | Holds again: Rule rule_a']);
  });

  it('of each owner, each camera and each channel by itself', async () => {
    await tell(analysed({ rule_a: 'violated' }));
    await tell(analysed({ rule_a: 'violated' }, { owner: 'bob' }));
    await tell(analysed({ rule_a: 'violated' }, { camera: 'cal 1' }));
    await tell(analysed({ rule_a: 'satisfied' }, { camera: 'cal 1' }));
    await tell(analysed({ rule_a: 'violated' }));
    expect(said()).toHaveLength(4);
  });

  it('all of one analysis in one message, as severe as its worst', async () => {
    await tell(analysed({ rule_a: 'violated', rule_b: 'violated', rule_c: 'satisfied' }));
    expect(posted).toMatchObject([
      { severity: 'warning', title: 'Rule rule_a is broken; 1 more rule', analysis_id: `ana_${number}` },
    ]);
  });

  it('only of the severities of the channel, or of those that the owner chose, and of no muted rule', async () => {
    const quietOnes = target(['critical', 'error']);
    await tell(analysed({ rule_a: 'violated' }), quietOnes);
    expect(said()).toEqual([]);
    await tell(analysed({ rule_b: 'violated' }, { priority: 10 }), quietOnes);
    expect(posted[0]?.severity).toBe('critical');
    expect(said()).toHaveLength(1);
    await prefer({ channels: { slack: ['warning'] }, muted_rules: ['rule_m'] });
    await tell(analysed({ rule_a: 'violated', rule_m: 'violated' }), quietOnes);
    expect(said()).toEqual(['Rule rule_a is broken | Broken: Rule rule_a – too near']);
    // Who heard that it is broken hears that it is well again; of others' rules neither.
    await tell(analysed({ rule_a: 'satisfied', rule_m: 'satisfied' }), quietOnes);
    expect(said()).toEqual(['Rule rule_a holds again | Holds again: Rule rule_a']);
    await tell(analysed({ rule_a: 'violated' }), quietOnes);
    expect(said()).toHaveLength(1);
  });

  it('with each pair that breaks it, the worst first as the summary has it, and the verified move', async () => {
    const rule = {
      rule_id: 'rule_a',
      name: 'Laptop Safety Distance',
      priority: 8,
      reason: 'mug-1 is too close to laptop-1',
    };
    const verdict = (mug: string, measured: number) => ({
      rule_id: 'rule_a',
      condition: 0,
      verdict: 'violated' as const,
      objects: [mug, 'laptop-1'],
      measured,
      required: 150,
      uncertainty: 5,
      unit: 'mm' as const,
      reason: `${mug} is too close to laptop-1`,
    });
    const move = {
      type: 'move_right',
      distance_mm: 260,
      vector_mm: [260, 0],
      vector_px: [260, 0],
      rule_ids: ['rule_a'],
    };
    const analysis = {
      analysis_id: 'ana_1',
      timestamp: now.toISOString(),
      image: { width: 640, height: 480, sha256: null },
      model: null,
      calibration: { method: 'none' },
      detections: [],
      objects: [],
      rules: [verdict('mug-1', 120), verdict('mug-2', 10), verdict('mug-3', 50)],
      warnings: [],
      positioning: {
        safety_score: 0.2,
        adjustments_needed: [
          { object_id: 'mug-2', ...move, reason: 'rule of laptops', verified: true },
          { object_id: 'mug-1', ...move, reason: 'rule of laptops', verified: false },
        ],
      },
      feedback: {
        summary: 'mug-2 and 2 more mugs are too close to laptop',
        recommendations: [
          'Move mug-2 26 cm to the right (all rules hold then).',
          'Move mug-1 26 cm to the right (helps).',
        ],
      },
    } as unknown as Analysis;
    const event = outgoing({
      type: 'positioning_analyzed',
      id: 'evt_1',
      time: now.toISOString(),
      topic: 'activity',
      owner: 'ann',
      analysis,
      outcomes: [{ ...rule, verdict: 'violated' }],
      calibration_id: null,
    });
    await tell(event!);
    expect(said()).toEqual([
      [
        'Laptop Safety Distance is broken: mug-2 and laptop-1, 2 more pairs',
        'Broken: Laptop Safety Distance – mug-2 is too close to laptop-1',
        'Also: mug-3 is too close to laptop-1',
        'Also: mug-1 is too close to laptop-1',
        'To put it right: Move mug-2 26 cm to the right (all rules hold then).',
      ].join(' | '),
    ]);
  });

  it('when several hold again, in one message', async () => {
    await tell(analysed({ rule_a: 'violated', rule_b: 'violated' }));
    await tell(analysed({ rule_a: 'satisfied', rule_b: 'satisfied' }));
    expect(said()[1]).toBe('2 rules hold again | Holds again: Rule rule_a | Holds again: Rule rule_b');
  });

  it('of a changed rule receivers get its name and what it says', () => {
    const event = outgoing({
      ...{ type: 'rule_changed', id: 'evt_1', time: now.toISOString(), topic: 'activity', owner: 'ann' },
      ...{ rule_id: 'rule_a', action: 'created', name: 'Tidy', text: 'a mug is on a coaster' },
    });
    expect(event?.data).toEqual({ rule_id: 'rule_a', action: 'created', name: 'Tidy', text: 'a mug is on a coaster' });
  });

  it('in lines and titles that hostile names cannot break out of or make long', async () => {
    const name = `\u202e\u001b[31m<!channel>\r\nBcc: x@evil.test ${'@everyone '.repeat(60)}`;
    const event = analysed({ rule_a: 'violated' });
    await tell({ ...event, data: { ...event.data, rules: event.data.rules.map((one) => ({ ...one, name })) } });
    const [{ title, lines }] = posted as [PostedNotice];
    for (const text of [title, ...lines]) {
      expect(text).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      expect(text.length).toBeLessThanOrEqual(300);
    }
    expect(title).toMatch(/…\s?is broken$/);
    expect(title.length).toBeLessThan(80);
  });

  it('with a link to the picture of the analysis, made when it goes out', async () => {
    await tell(analysed({ rule_a: 'violated' }));
    expect(posted[0]?.picture?.url).toBe(`https://desk.example/ann/ana_${number}/${now.getTime()}`);
    await prefer({ quiet_hours: { from: '00:00', to: '13:00', time_zone: 'UTC' } });
    const to = target();
    await tell(analysed({ rule_b: 'violated' }), to);
    later(120);
    await to.tend?.(async () => true, signal);
    expect(posted[1]?.picture?.url).toBe(`https://desk.example/ann/ana_${number}/${now.getTime()}`);
    await to.test(signal);
    expect(posted[2]?.picture).toBeNull();
  });

  it('of several analyses in one message no picture is that of all', async () => {
    await prefer({ quiet_hours: { from: '00:00', to: '13:00', time_zone: 'UTC' } });
    const to = target();
    await tell(analysed({ rule_a: 'violated' }), to);
    await tell(analysed({ rule_b: 'violated' }), to);
    later(120);
    await to.tend?.(async () => true, signal);
    expect(posted).toMatchObject([{ analysis_id: null, picture: null }]);
  });

  it('again where it could not be posted', async () => {
    fails = true;
    const event = analysed({ rule_a: 'violated' });
    await expect(tell(event)).rejects.toThrow('answered 500');
    fails = false;
    await tell(event);
    expect(said()).toHaveLength(1);
  });
});

describe('quiet hours', () => {
  const hours = { from: '22:00', to: '07:00', time_zone: 'Europe/Berlin' };

  it('go by the clock of the zone, over midnight', () => {
    const at = (time: string) => isQuiet(hours, new Date(`2026-01-01T${time}:00.000Z`));
    expect(['20:59', '21:00', '23:30', '05:59', '06:00'].map(at)).toEqual([false, true, true, true, false]);
    expect(isQuiet({ from: '12:00', to: '13:00', time_zone: 'UTC' }, now)).toBe(true);
    expect(isQuiet(null, now)).toBe(false);
  });

  it('hold what is not critical until they end, and then tell it at once', async () => {
    now = new Date('2026-01-01T23:00:00.000Z');
    await prefer({ quiet_hours: hours });
    const to = target();
    expect(await tell(analysed({ rule_a: 'violated' }), to)).toBe(0);
    await tell(analysed({ rule_b: 'violated' }), to);
    await tell(analysed({ rule_b: 'violated' }, { owner: 'bob' }), to);
    await tell(analysed({ rule_c: 'violated' }, { priority: 10 }), to);
    expect(posted.map(({ severity }) => severity)).toEqual(['warning', 'critical']);
    posted.length = 0;
    await to.tend?.(async () => true, signal);
    expect(said()).toEqual([]);
    later(8 * 60);
    await to.tend?.(async () => false, signal);
    expect(said()).toEqual([]);
    fails = true;
    await expect(to.tend?.(async () => true, signal)).rejects.toThrow();
    fails = false;
    expect(await to.tend?.(async () => true, signal)).toBe(1);
    expect(said()).toEqual([
      'In your quiet hours: Rule rule_a is broken; 1 more | 00:00 Broken: Rule rule_a – too near (ana_%a) | 00:00 Broken: Rule rule_b – too near (ana_%b) | Times are those of Europe/Berlin.'
        .replace('%a', String(number - 3))
        .replace('%b', String(number - 2)),
    ]);
    await to.tend?.(async () => true, signal);
    expect(said()).toEqual([]);
  });

  it('of one owner hold nobody else up, however much waits', async () => {
    now = new Date('2026-01-01T23:00:00.000Z');
    for (const owner of ['ann', 'ann!', 'an']) await prefer({ quiet_hours: hours }, owner);
    const to = target();
    for (let n = 0; n < 130; n += 1) {
      later(0.01);
      await tell(analysed({ [`rule_${n}`]: 'violated' }), to);
    }
    await tell(analysed({ rule_a: 'violated' }, { owner: 'ann!' }), to);
    await tell(analysed({ rule_b: 'violated' }, { owner: 'an' }), to);
    later(60);
    await tell(analysed({ rule_b: 'satisfied' }, { owner: 'an' }), to);
    await prefer({}, 'ann!');
    await prefer({}, 'an');
    expect(await to.tend?.(async () => true, signal)).toBe(2);
    expect(posted.splice(0).map(({ title }) => title)).toEqual([
      'In your quiet hours: Rule rule_b is broken (holds again)',
      'In your quiet hours: Rule rule_a is broken',
    ]);
    await prefer({});
    expect(await to.tend?.(async () => true, signal)).toBe(1);
    expect(posted.map(({ title }) => title)).toEqual(['In your quiet hours: Rule rule_0 is broken; 129 more']);
    expect(await to.tend?.(async () => true, signal)).toBe(0);
  });

  it('keep the last 500 of one owner', async () => {
    const held = new HeldNotices(records.registry, 'slack');
    const notice = { severity: 'warning', title: 'Trouble', analysis_id: null, timestamp: now.toISOString() } as const;
    for (let n = 0; n < 503; n += 1) {
      later(0.01);
      await held.hold({ ...notice, id: `evt_${n}`, lines: [`No. ${n}`] }, 'ann', now);
    }
    await held.hold({ ...notice, id: 'evt_of_bob', lines: ['No. 0'] }, 'bob', now);
    await target().tend?.(async () => true, signal);
    expect(said().map((text) => text.split(' | ').slice(0, 2).join(' | '))).toEqual([
      'In your quiet hours: Trouble; 499 more | 12:00 No. 3',
      'In your quiet hours: Trouble | 12:00 No. 0',
    ]);
  });

  it('end for everybody where the message to one is refused', async () => {
    now = new Date('2026-01-01T23:00:00.000Z');
    for (const owner of ['ann', 'bob']) await prefer({ quiet_hours: hours }, owner);
    const to = target();
    await tell(analysed({ rule_a: 'violated' }), to);
    await tell(analysed({ rule_b: 'violated' }, { owner: 'bob' }), to);
    later(8 * 60);
    refuses = /rule_a/;
    expect(await to.tend?.(async () => true, signal)).toBe(1);
    await expect(to.tend?.(async () => true, signal)).rejects.toThrow('answered 400');
    refuses = null;
    expect(await to.tend?.(async () => true, signal)).toBe(1);
    expect(posted.map(({ title }) => title)).toEqual([
      'In your quiet hours: Rule rule_b is broken',
      'In your quiet hours: Rule rule_a is broken',
    ]);
  });

  it('and what came after is not contradicted: the last that is read is how it is', async () => {
    const to = target();
    await tell(analysed({ rule_c: 'violated' }, { priority: 10 }), to);
    now = new Date('2026-01-01T23:00:00.000Z');
    await prefer({ quiet_hours: hours });
    // Held, and then overtaken by what goes out at once.
    await tell(analysed({ rule_c: 'satisfied' }), to);
    later(1);
    await tell(analysed({ rule_c: 'violated' }, { priority: 10 }), to);
    // Broke and came right in one night.
    await tell(analysed({ rule_a: 'violated' }), to);
    later(90);
    await tell(analysed({ rule_a: 'satisfied' }), to);
    // Another camera is another place.
    await tell(analysed({ rule_a: 'violated' }, { camera: 'cal_2' }), to);
    posted = [];
    later(8 * 60);
    await to.tend?.(async () => true, signal);
    expect(said()).toEqual([
      `In your quiet hours: Rule rule_a is broken; 1 more | 00:01 Broken: Rule rule_a – too near – holds again since 01:31 (ana_${number - 2}) | 01:31 Broken: Rule rule_a – too near (ana_${number}) | Times are those of Europe/Berlin.`,
    ]);
  });

  it('what has nothing to do with a rule waits on, whatever becomes of rules', async () => {
    now = new Date('2026-01-01T23:00:00.000Z');
    await prefer({ quiet_hours: hours });
    const to = target();
    const trouble: OutgoingEvent = {
      ...{ event_id: 'evt_trouble', event_type: 'error_occurred', timestamp: now.toISOString(), owner: 'ann' },
      severity: 'warning',
      data: { code: 'ANALYSIS_001', message: 'The model is not installed.' },
    };
    await tell(trouble, to);
    for (const verdict of ['violated', 'satisfied']) await tell(analysed({ rule_a: verdict }), to);
    later(8 * 60);
    await to.tend?.(async () => true, signal);
    expect(said().join()).toContain('The model is not installed.');
  });

  it('of two rules on one photo the title tells the one that is still broken', async () => {
    now = new Date('2026-01-01T23:00:00.000Z');
    await prefer({ quiet_hours: hours });
    const to = target(['warning']);
    await tell(analysed({ rule_a: 'violated', rule_b: 'violated' }), to);
    later(10);
    await tell(analysed({ rule_a: 'satisfied', rule_b: 'violated' }), to);
    later(8 * 60);
    await to.tend?.(async () => true, signal);
    expect(posted.map(({ title }) => title)).toEqual(['In your quiet hours: Broken: Rule rule_b – too near; 1 more']);
  });

  it("a camera's rule that came right is told to those who heard that it was broken, and to nobody else", async () => {
    const to = target(['critical']);
    await tell({ ...seen('rule_broken'), severity: 'warning' }, to);
    await tell({ ...seen('rule_mended', { move: null }), severity: 'success' }, to);
    expect(said()).toEqual([]);
    await tell({ ...seen('rule_broken'), severity: 'critical' }, to);
    expect(said()).toHaveLength(1);
    for (let twice = 0; twice < 2; twice++)
      await tell({ ...seen('rule_mended', { move: null }), severity: 'success' }, to);
    expect(said()).toEqual([expect.stringContaining('holds again')]);
  });

  it("a camera's rule that came right is over, also for those who want to hear of trouble alone", async () => {
    now = new Date('2026-01-01T23:00:00.000Z');
    await prefer({ quiet_hours: hours });
    const to = target(['warning']);
    await tell(seen('rule_broken'), to);
    later(10);
    await tell({ ...seen('rule_mended', { move: null }), severity: 'success' }, to);
    later(8 * 60);
    await to.tend?.(async () => true, signal);
    expect(posted.map(({ title }) => title)).toEqual([expect.stringContaining('(holds again)')]);
  });

  it('of a rule that broke and came right twice the digest says once how it is', async () => {
    now = new Date('2026-01-01T23:00:00.000Z');
    const to = target(['warning']);
    await prefer({ quiet_hours: hours });
    for (const verdict of ['violated', 'satisfied', 'violated', 'satisfied']) {
      await tell(analysed({ rule_a: verdict }), to);
      later(10);
    }
    later(8 * 60);
    await to.tend?.(async () => true, signal);
    expect(posted).toHaveLength(1);
    expect(posted[0]!.title).toBe('In your quiet hours: Rule rule_a is broken (holds again)');
    expect(posted[0]!.lines).toEqual([
      '00:20 Broken: Rule rule_a – too near – holds again since 00:30',
      'Times are those of Europe/Berlin.',
    ]);
    expect(posted[0]!.picture).not.toBeNull();
  });
});
