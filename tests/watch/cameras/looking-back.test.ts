import { describe, expect, it } from 'vitest';
import type { WatchEvent } from '../../../src/contract/watch.ts';
import { brokenSpans } from '../../../src/watch/cameras/timeline.ts';

const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 12, minute)).toISOString();
let number = 0;
function event(kind: WatchEvent['kind'], rule_id: string, mug: string, since: number, minute: number): WatchEvent {
  number += 1;
  return {
    event_id: `wev_${String(number).padStart(24, '0')}`,
    ...{ kind, rule_id, camera: 'cam_1', at: at(minute), since: at(since), analysis_id: null },
    objects: [{ track_id: mug, class: 'mug' }],
    evidence: { reason: 'too near', measured_mm: null, required_mm: null, seen_s: 0, unseen_s: 0 },
  };
}

describe('how long and how often a rule was broken', () => {
  it('counts what overlaps once, and what still lasts up to now', () => {
    const [found] = brokenSpans(
      [
        event('rule_broken', 'rule_a', 'mug-1', 0, 1),
        event('rule_broken', 'rule_a', 'mug-2', 5, 6),
        event('rule_mended', 'rule_a', 'mug-1', 0, 10),
        event('rule_ended', 'rule_a', 'mug-2', 5, 15),
        event('object_left', 'rule_a', 'mug-2', 15, 16),
        event('rule_broken', 'rule_a', 'mug-1', 20, 21),
      ],
      new Date(at(30)),
    );
    expect(found).toMatchObject({ rule_id: 'rule_a', times: 3, seconds: 60 * 25 });
    expect(found!.spans.map(({ to }) => to)).toEqual([at(10), at(15), null]);
  });

  it('keeps rules apart, and knows from its end alone since when one was broken', () => {
    const found = brokenSpans(
      [event('rule_mended', 'rule_a', 'mug-1', 2, 9), event('rule_broken', 'rule_b', 'mug-1', 4, 5)],
      new Date(at(10)),
    );
    expect(found).toMatchObject([
      { rule_id: 'rule_a', times: 1, seconds: 420, spans: [{ from: at(2), to: at(9) }] },
      { rule_id: 'rule_b', times: 1, seconds: 360, spans: [{ from: at(4), to: null }] },
    ]);
  });
});
