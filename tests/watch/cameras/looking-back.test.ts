import { describe, expect, it } from 'vitest';
import type { WatchEvent } from '../../../src/contract/watch.ts';
import { brokenSpans } from '../../../src/watch/cameras/timeline.ts';

const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 12, minute)).toISOString();
let number = 0;
function event(kind: WatchEvent['kind'], rule_id: string, mug: string, since: number, minute: number): WatchEvent {
  number += 1;
  return {
    event_id: `wev_${String(number).padStart(24, '0')}`,
    ...{ kind, rule_id, camera: 'cam_1', at: at(minute), since: at(since), until: null, analysis_id: null },
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

  it('ends when it was fine again, not when that was sure, and leaves out what nobody saw', () => {
    const mended = { ...event('rule_mended', 'rule_a', 'mug-1', 0, 12), until: at(10) };
    expect(brokenSpans([mended], new Date(at(30)))).toMatchObject([
      { seconds: 600, unseen: 0, spans: [{ from: at(0), to: at(10) }] },
    ]);
    // The camera was off from 3 to 8.
    const off = [event('camera_lost', '', '', 3, 4), event('camera_back', '', '', 3, 8)].map((one) => ({
      ...one,
      rule_id: null,
    }));
    expect(brokenSpans([...off, mended], new Date(at(30)))).toMatchObject([{ seconds: 300, unseen: 300 }]);
    // The program was off: nobody told of a camera that was lost, and the end says what was not seen.
    const gap = { ...mended, evidence: { ...mended.evidence, unseen_s: 240 } };
    expect(brokenSpans([gap], new Date(at(30)))).toMatchObject([{ seconds: 360, unseen: 240 }]);
    expect(brokenSpans([...off, gap], new Date(at(30)))).toMatchObject([{ seconds: 300, unseen: 300 }]);
    // What is still broken is known up to the last picture.
    const broken = event('rule_broken', 'rule_a', 'mug-1', 20, 21);
    expect(brokenSpans([broken], new Date(at(30)), new Date(at(25)))).toMatchObject([{ seconds: 300, unseen: 300 }]);
    const lost = { ...event('camera_lost', '', '', 22, 24), rule_id: null };
    expect(brokenSpans([broken, lost], new Date(at(30)))).toMatchObject([{ seconds: 120, unseen: 480 }]);
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
