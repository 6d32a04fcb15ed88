import { describe, expect, it } from 'vitest';
import { emptyHeatMap, HeatMap, warmed } from '../../../src/watch/core/heat-map.ts';
import { timelines } from '../../../src/watch/core/timeline.ts';
import { trackedObjects } from '../../../src/watch/core/tracked-objects.ts';
import { FAR, LAPTOP, NEAR, tooNear, Watched } from './watched.ts';

describe('the timeline of a rule', () => {
  it('counts how often and how long, and unseen time apart', () => {
    const camera = new Watched([tooNear()]).during(0, 60, [LAPTOP, NEAR]).during(3600, 3700, [LAPTOP, FAR]);
    camera.during(3701, 4000, [LAPTOP, NEAR]);
    const [found] = timelines([...camera.events, ...camera.events].reverse());
    expect(found).toMatchObject({ rule_id: 'rule_near', times: 2 });
    expect(found!.broken_s).toBeCloseTo(70, 0);
    expect(found!.unseen_s).toBeCloseTo(3540, 0);
    expect(found!.spans[1]).toMatchObject({ until: null, seen_s: null });
  });
});

describe('the heat map', () => {
  it('knows where mugs stood for how long, within its bounds', () => {
    const camera = new Watched([]).during(0, 20, [LAPTOP, { ...NEAR, x: 110, y: 30 }]);
    let map = warmed(emptyHeatMap(), trackedObjects(camera.state), 20);
    map = warmed(map, trackedObjects(camera.state), 5);
    expect(map.seconds).toEqual({ '4,1': 25 });
    const far = trackedObjects(new Watched([]).during(0, 1, [{ ...NEAR, x: 1e6 }]).state);
    expect(warmed(map, far, 3)).toMatchObject({ elsewhere_s: 3 });
    expect(HeatMap.parse(map)).toEqual(map);
  });
});
