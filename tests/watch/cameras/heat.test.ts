import { describe, expect, it } from 'vitest';
import type { Scene } from '../../../src/scene/types.ts';
import { warmed } from '../../../src/watch/cameras/heat.ts';

/** Only what is read of a scene. */
const sceneWith = (...places: readonly (readonly [name: string, x: number, y: number])[]): Scene =>
  ({
    objects: places.map(([name, x, y]) => ({
      class: name,
      footprint: { kind: 'disk', centre: { x, y }, radius: 40 },
    })),
  }) as unknown as Scene;

describe('where mugs stood', () => {
  it('adds up the time in each cell, of mugs alone', () => {
    const once = warmed({}, sceneWith(['mug', 110, 30], ['laptop', 300, 30]), 20);
    expect(warmed(once, sceneWith(['mug', 120, 45]), 5.5)).toEqual({ '4,1': 25.5 });
    expect(warmed(once, sceneWith(['mug', 110, -1]), 0)).toBe(once);
  });

  it('leaves out what no table reaches, and cells past its bound', () => {
    expect(warmed({}, sceneWith(['mug', 1e6, 0], ['mug', Number.NaN, 0]), 3)).toEqual({});
    const full = Object.fromEntries(Array.from({ length: 6400 }, (_, i) => [`${i - 10_000},0`, 1]));
    expect(Object.keys(warmed(full, sceneWith(['mug', 110, 30]), 3))).toHaveLength(6400);
  });
});
