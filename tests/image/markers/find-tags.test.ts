import { describe, expect, it } from 'vitest';
import { findTags } from '../../../src/image/markers/find-tags.ts';
import { random } from '../../scene/truth/random.ts';
import { greyDesk, HEIGHT, painted, WIDTH } from './painted.ts';

type Point = { readonly x: number; readonly y: number };
const ids = (tags: readonly { id: number }[]) => tags.map((t) => t.id).sort((a, b) => a - b);
const worst = (
  found: readonly { id: number; corners: readonly { x: number; y: number }[] }[],
  truth: ReturnType<typeof painted>,
) =>
  Math.max(
    ...found.flatMap(({ id, corners }) => {
      const own = truth.tags.find((t) => t.id === id)!;
      return corners.map((p, i) => Math.hypot(p.x - own.corners[i]!.x, p.y - own.corners[i]!.y));
    }),
  );

describe('findTags', () => {
  it.each([
    [0, 17],
    [30, 200],
    [50, 95],
    [65, -40],
  ])('finds all tags from %d degrees, turned by %d, corners to half a pixel', (tilt, turn) => {
    for (const paper of ['a4', 'letter'] as const) {
      const picture = painted({ paper, tilt, range: 900, turn });
      const found = findTags(picture);
      expect(ids(found)).toEqual(ids(picture.tags));
      expect(found.every((t) => !t.mirrored)).toBe(true);
      expect(worst(found, picture)).toBeLessThan(0.5);
    }
  });

  it('finds them blurred, in noise and in dim light', () => {
    const picture = painted({
      paper: 'a4',
      tilt: 35,
      range: 800,
      turn: 20,
      look: { blur: 2, noise: 8, white: 110, black: 30 },
    });
    const found = findTags(picture);
    expect(ids(found)).toEqual(ids(picture.tags));
    expect(worst(found, picture)).toBeLessThan(1.5);
  });

  it('says that a sheet is seen in a mirror', () => {
    const picture = painted({ paper: 'a4', tilt: 20, range: 900, turn: 10, mirrored: true });
    const found = findTags(picture);
    expect(ids(found)).toEqual(ids(picture.tags));
    expect(found.every((t) => t.mirrored)).toBe(true);
    expect(worst(found, picture)).toBeLessThan(0.5);
  });

  it('leaves out tags that something hides, also a strip of their border', () => {
    const whole = painted({ paper: 'a4', tilt: 0, range: 900, turn: 0 });
    const first = whole.tags[0]!.corners;
    const right = whole.tags[1]!.corners;
    const over = [
      [first[0]!.x + 20, first[0]!.y + 20, first[2]!.x + 5, first[2]!.y + 5],
      // Half a module of the left side.
      [right[0]!.x - 20, right[0]!.y - 20, right[0]!.x + 6, right[2]!.y + 10],
    ] as const;
    const found = findTags(painted({ paper: 'a4', tilt: 0, range: 900, turn: 0, over }));
    expect(ids(found)).toEqual([2, 3, 4, 5]);
  });

  it('leaves out a lone tag whose border is white in part, as under a cup: nothing vouches for it', () => {
    const whole = painted({ paper: 'a4', tilt: 0, range: 900, turn: 0 });
    const [a, , c] = whole.tags[0]!.corners as [Point, Point, Point];
    const lone = (strip: number) => {
      const data = whole.data.slice();
      for (let y = 0; y < HEIGHT; y++) {
        for (let x = 0; x < WIDTH; x++) {
          const kept = x > a.x - 12 && x < c.x + 12 && y > a.y - 12 && y < c.y + 12;
          if (!kept || x < a.x + strip) data[y * WIDTH + x] = 220;
        }
      }
      return ids(findTags({ data, width: WIDTH, height: HEIGHT }));
    };
    expect(lone(0)).toEqual([0]);
    expect(lone(0.6 * ((c.x - a.x) / 7))).toEqual([]);
  });

  it('finds nothing in noise, stripes, chequers and plain pictures', () => {
    const r = random(3);
    const noise = greyDesk().map(() => r.uniform(0, 255));
    const chequers = greyDesk().map((_, i) =>
      (Math.floor((i % WIDTH) / 30) + Math.floor(i / WIDTH / 30)) % 2 ? 30 : 220,
    );
    const stripes = greyDesk().map((_, i) => (Math.floor((i % WIDTH) / 9) % 2 ? 30 : 220));
    for (const data of [noise, chequers, stripes, greyDesk(0), greyDesk(255)]) {
      expect(findTags({ data, width: WIDTH, height: HEIGHT })).toEqual([]);
    }
  });

  it('takes pictures of any size', () => {
    for (const [width, height] of [
      [1, 1],
      [2, 3],
      [1, 500],
      [500, 1],
      [9, 9],
    ] as const) {
      expect(findTags({ data: new Uint8Array(width * height), width, height })).toEqual([]);
    }
  });

  it('reads no code with two wrong modules as one of ours', () => {
    const picture = painted({ paper: 'a4', tilt: 0, range: 900, turn: 0 });
    // Two modules of every tag the other way round, so that no tag vouches for another.
    for (const { corners } of picture.tags) {
      const [a, , c] = corners as [{ x: number; y: number }, unknown, { x: number; y: number }];
      const module = (c.x - a.x) / 7;
      for (const [column, row] of [
        [1, 1],
        [3, 4],
        [5, 2],
      ] as const) {
        const at = (v: number, k: number) => Math.round(v + k * module);
        for (let y = at(a.y, row); y < at(a.y, row + 1); y++) {
          for (let x = at(a.x, column); x < at(a.x, column + 1); x++) {
            picture.data[y * WIDTH + x] = picture.data[y * WIDTH + x]! > 130 ? 40 : 220;
          }
        }
      }
    }
    expect(findTags(picture)).toEqual([]);
  });
});
