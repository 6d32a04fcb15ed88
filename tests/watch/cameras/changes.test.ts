import { describe, expect, it } from 'vitest';
import { changesAnswer } from '../../../src/presentation/camera-changes.ts';
import { changesOf } from '../../../src/watch/cameras/changes.ts';
import { localCall } from '../../support/caller.ts';

const event = (minute: number) => ({
  ...{ event_id: `wev_${minute}`, kind: 'rule_broken', camera: 'desk', rule_id: 'rule_1', rule: 'Far from laptops' },
  ...{ at: `2026-03-29T10:${String(minute).padStart(2, '0')}:00.000Z`, since: '2026-03-29T10:00:00.000Z', until: null },
  objects: [{ track_id: 'mug-1', class: 'mug' }],
  evidence: { reason: 'too near', measured_mm: null, required_mm: null, seen_s: 20, unseen_s: 0 },
  analysis_id: null,
});

/** A camera in Berlin, where the clock goes from 02:00 to 03:00 on 29 March 2026. */
function cameras(count = 1) {
  const asked: { from: string; limit: number }[] = [];
  const service = {
    status: async () => ({
      ...{ camera_id: 'cam_1', name: 'desk', time_zone: 'Europe/Berlin', state: 'watching', trouble: null },
      ...{ last_picture_at: '2026-03-29T10:59:00.000Z', calibration: 'holds', view_shift: 0 },
      ...{ objects: [], broken: [], pending: [], today: {}, last_events: [event(1)] },
    }),
    events: async (_ctx: unknown, _camera: string, query: { from: string; limit: number }) => {
      asked.push(query);
      return Array.from({ length: Math.min(count, query.limit) }, (_, i) => event(i % 60));
    },
  };
  return { asked, service: service as never };
}
const NOON = new Date('2026-03-29T10:00:00.000Z');

describe('what changed on a desk', () => {
  it.each([
    ['this morning', NOON, '2026-03-29T03:00:00.000Z'],
    ['since this morning', new Date('2026-01-10T12:00:00.000Z'), '2026-01-10T04:00:00.000Z'],
    ['this morning', new Date('2026-01-10T02:30:00.000Z'), '2026-01-09T23:00:00.000Z'],
    ['today', new Date('2026-01-10T12:00:00.000Z'), '2026-01-09T23:00:00.000Z'],
    ['today', NOON, '2026-03-28T23:00:00.000Z'],
    ['today', new Date('2026-10-25T12:00:00.000Z'), '2026-10-24T22:00:00.000Z'],
    ['this morning', new Date('2026-10-25T12:00:00.000Z'), '2026-10-25T04:00:00.000Z'],
    ['yesterday', new Date('2026-01-10T12:00:00.000Z'), '2026-01-08T23:00:00.000Z'],
    ['12h', NOON, '2026-03-28T22:00:00.000Z'],
  ])('%s, asked at %s, begins at %s by the clock of the camera', async (since, now, from) => {
    const { asked, service } = cameras();
    const found = await changesOf(service, localCall, { camera: 'desk', since }, now);
    expect([asked[0]?.from, found]).toMatchObject([from, { since: from, has_more: false }]);
  });

  it('says that there is more than it lists, and that these are the last ones where no time was asked for', async () => {
    const many = changesAnswer(
      await changesOf(cameras(500).service, localCall, { camera: 'desk', since: '12h' }, NOON),
    );
    expect(many.structured).toMatchObject({ has_more: true });
    expect(many.structured.events).toHaveLength(100);
    expect(many.text).toContain('and more that are not listed');
    const last = changesAnswer(
      await changesOf(cameras().service, localCall, { camera: 'desk', since: undefined }, NOON),
    );
    expect(last.structured).toMatchObject({ events_are: 'the last ones', events: [{ kind: 'rule_broken' }] });
  });

  it('refuses a time that is none', async () => {
    const asked = changesOf(cameras().service, localCall, { camera: 'desk', since: 'soon' }, NOON);
    await expect(asked).rejects.toMatchObject({ code: 'VALIDATION_002', details: { field: 'since' } });
  });
});
