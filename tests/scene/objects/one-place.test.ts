import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Box, Detection } from '../../../src/contract/detection.ts';
import { oneThingEach } from '../../../src/scene/objects/one-place.ts';
import { byId, sceneOf, seen } from '../helpers.ts';

const BOX: Box = [200, 300, 300, 400];
/** Shares 80 % with `BOX`. */
const NEAR: Box = [200, 300, 300, 425];

const classes = (detections: readonly Detection[]) => oneThingEach(detections).map((d) => d.class);

describe('one thing under two names', () => {
  it.each([
    ['mug', 'bottle'],
    ['mug', 'glass'],
    ['bowl', 'mug'],
    ['laptop', 'monitor'],
    ['laptop', 'keyboard'],
    ['phone', 'mouse'],
  ])('%s and %s in one place: the surer name stays, the other is kept as evidence', (sure, other) => {
    for (const box of [BOX, NEAR]) {
      const found = oneThingEach([seen(other, box, 0.5), seen(sure, BOX, 0.6)]);
      expect(found).toEqual([{ ...seen(sure, BOX, 0.6), alsoSeenAs: [{ class: other, confidence: 0.5 }] }]);
    }
  });

  it('is ours rather than a foreign name that it was given more surely', () => {
    expect(oneThingEach([seen('toilet', BOX, 0.7), seen('mug', BOX, 0.5)])).toEqual([
      { ...seen('mug', BOX, 0.5), alsoSeenAs: [{ class: 'toilet', confidence: 0.7 }] },
    ]);
    expect(classes([seen('bed', NEAR), seen('laptop', BOX)])).toEqual(['bed', 'laptop']);
  });

  it('has all its names under the surest', () => {
    const names = [seen('glass', BOX, 0.4), seen('mug', BOX, 0.6), seen('bottle', BOX, 0.5)];
    expect(oneThingEach(names)[0]?.alsoSeenAs?.map((n) => n.class)).toEqual(['bottle', 'glass']);
  });
});

it('one mug that the caller listed twice is one', () => {
  const again = [202, 302, 302, 402] as Box;
  expect(oneThingEach([seen('mug', BOX, 0.9), seen('mug', again, 0.2)])).toEqual([
    { ...seen('mug', BOX, 0.9), alsoSeenAs: [{ class: 'mug', confidence: 0.2 }] },
  ]);
});

describe('two things', () => {
  it.each([
    ['a mug on a coaster', 'mug', 'coaster', NEAR],
    ['a mug on a book', 'mug', 'book', NEAR],
    ['a keyboard on a mat', 'keyboard', 'desk_mat', NEAR],
    ['a bowl that fills the picture, on a table', 'bowl', 'table', BOX],
    ['a cake in a bowl', 'cake', 'bowl', NEAR],
    ['a person on a chair', 'person', 'chair', BOX],
    ['two mugs, one behind the other', 'mug', 'mug', NEAR],
    ['a mug before another', 'mug', 'glass', [240, 300, 340, 400] as Box],
  ])('stay two: %s', (_, upper, lower, box) => {
    expect(classes([seen(upper, BOX), seen(lower, box as Box, 0.8)])).toEqual([upper, lower]);
  });
});

const name = fc.constantFrom('mug', 'glass', 'laptop', 'monitor', 'book', 'table', 'person', 'chair', 'constructor');
const edge = fc.integer({ min: 0, max: 6 });
const detection = fc.record({
  class: name,
  confidence: fc.double({ min: 0, max: 1, noNaN: true }),
  bbox: fc.tuple(edge, edge, edge, edge).map(([x, y, w, h]): Box => [x, y, x + w, y + h]),
});

it('loses and invents nothing, says the same whatever the order, and finds nothing more when asked again', () => {
  fc.assert(
    fc.property(fc.uniqueArray(detection, { maxLength: 12, selector: (d) => d.confidence }), (detections) => {
      const found = oneThingEach(detections);
      const all = found.flatMap((d) => [d.class, ...(d.alsoSeenAs ?? []).map((n) => n.class)]);
      expect(all.toSorted()).toEqual(detections.map((d) => d.class).toSorted());
      const back = oneThingEach(detections.toReversed());
      expect(new Set(back.map((d) => JSON.stringify(d)))).toEqual(new Set(found.map((d) => JSON.stringify(d))));
      expect(oneThingEach(found.map(({ alsoSeenAs: _, ...d }) => d))).toHaveLength(found.length);
    }),
  );
});

describe('a scene', () => {
  it('holds one thing once, with its other name, and no second reference for the scale', () => {
    const both = [seen('laptop', [200, 300, 600, 600], 0.6), seen('monitor', [200, 300, 600, 600], 0.5)];
    const scene = sceneOf(both, { calibration: null });
    expect(scene.objects.map((o) => o.id)).toEqual(['laptop-1']);
    expect(byId(scene, 'laptop-1').alsoSeenAs).toEqual([{ class: 'monitor', confidence: 0.5 }]);
    expect(scene.calibration.references).toEqual(
      sceneOf(both.slice(0, 1), { calibration: null }).calibration.references,
    );
  });
});
