import { describe, expect, it } from 'vitest';
import type { Detection } from '../../../src/contract/detection.ts';
import { buildScene } from '../../../src/scene/build.ts';
import { MARKER_SHEETS, tagCorners } from '../../../src/scene/markers/sheet.ts';

/** Seen from straight above, two pixels a mm, its paper from (300, 100) to (720, 694). */
const tags = MARKER_SHEETS.a4.tags.map((tag) => ({
  id: tag.id,
  mirrored: false,
  corners: tagCorners(tag).map(({ x, y }) => ({ x: 300 + 2 * x, y: 100 + 2 * y })),
}));

const scene = (detections: readonly Detection[], seen = tags) =>
  buildScene({
    width: 1280,
    height: 960,
    detections,
    boxNoise: { sigma: 0.03 },
    markers: { tags: seen, sigmaPx: 0.35 },
    focal35mm: null,
    calibration: null,
    zones: [],
    tablePx: null,
    context: null,
  });

const laptop: Detection = { class: 'laptop', confidence: 0.4, bbox: [310, 130, 730, 680] };

describe('a box in the place of the printed sheet', () => {
  it('is no laptop, and the answer says so', () => {
    const { objects, calibration } = scene([laptop, { class: 'mug', confidence: 0.9, bbox: [800, 300, 960, 480] }]);
    expect(objects.map((o) => o.id)).toEqual(['mug-1']);
    expect(calibration.assumptions).toContain("what was found as laptop in the sheet's place is the sheet");
  });

  it('stays where no sheet is seen, where it lies elsewhere or is much larger, and when it is a mug', () => {
    expect(scene([laptop], []).objects).toHaveLength(1);
    expect(scene([{ ...laptop, bbox: [700, 130, 1120, 680] }]).objects).toHaveLength(1);
    expect(scene([{ ...laptop, bbox: [100, 20, 1200, 900] }]).objects).toHaveLength(1);
    expect(scene([{ ...laptop, class: 'mug' }]).objects).toHaveLength(1);
  });
});
