import { describe, expect, it } from 'vitest';
import { checkPoints } from '../../src/analysis/points-check.ts';

const IMAGE = { width: 1280, height: 960 };
type Points = [number, number][];
const corners = (table_corners: Points) => () => checkPoints({ table_corners }, IMAGE);
const zone = (polygon_px: Points) => () => checkPoints({ zones: [{ name: 'z', kind: 'zone', polygon_px }] }, IMAGE);

describe('names of zones', () => {
  const named = (...names: string[]) => {
    const zones = names.map((name, i) => ({
      name,
      kind: 'zone' as const,
      polygon_px: [
        [100 * i, 0],
        [100 * i + 50, 0],
        [100 * i, 90],
      ] as Points,
    }));
    return () => checkPoints({ zones }, IMAGE);
  };

  it('tell them apart', () => {
    expect(named('tray', 'tray 2')).not.toThrow();
    expect(named('tray', 'shelf', 'Tray')).toThrow(/^zones\.2\.name: two zones have this name/);
  });
});

describe('corners of a table, and zones', () => {
  it.each<[string, Points]>([
    [
      'a table beyond the image',
      [
        [-200, 100],
        [1500, 90],
        [1400, 1200],
        [-300, 1100],
      ],
    ],
    [
      'an L',
      [
        [0, 0],
        [900, 0],
        [900, 400],
        [400, 400],
        [400, 900],
        [0, 900],
      ],
    ],
    [
      'a corner on a side',
      [
        [0, 0],
        [400, 0],
        [900, 0],
        [900, 900],
        [0, 900],
      ],
    ],
    [
      'a narrow board',
      [
        [0, 500],
        [1279, 500],
        [1279, 506],
        [0, 506],
      ],
    ],
    [
      'three corners',
      [
        [10, 10],
        [1000, 30],
        [500, 900],
      ],
    ],
  ])('are taken: %s', (_, points) => {
    expect(corners(points)).not.toThrow();
    expect(zone(points.toReversed())).not.toThrow();
  });

  it.each<[string, Points, RegExp]>([
    [
      'one line',
      [
        [0, 0],
        [400, 400],
        [800, 800],
      ],
      /encloses nothing/,
    ],
    [
      'one point',
      [
        [5, 5],
        [5, 5],
        [5, 5],
        [5, 5],
      ],
      /encloses nothing/,
    ],
    [
      'there and back',
      [
        [0, 0],
        [900, 1],
        [900, 0],
        [0, 1],
      ],
      /encloses nothing|crosses itself/,
    ],
    [
      'crossing order',
      [
        [0, 0],
        [900, 900],
        [900, 0],
        [0, 900],
      ],
      /crosses itself/,
    ],
    [
      'a star',
      [
        [500, 100],
        [740, 840],
        [110, 380],
        [890, 380],
        [260, 840],
      ],
      /crosses itself/,
    ],
    [
      'far out',
      [
        [1e300, 1],
        [1e300, 2],
        [3, 1e300],
        [1, 1],
      ],
      /farther than 100 times/,
    ],
    [
      'fractions',
      [
        [0.1, 0.1],
        [0.9, 0.1],
        [0.9, 0.9],
      ],
      /fractions of the image/,
    ],
  ])('are refused: %s', (_, points, message) => {
    expect(corners(points)).toThrow(message);
    expect(zone(points)).toThrow(message);
  });
});
