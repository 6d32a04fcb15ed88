import { describe, expect, it } from 'vitest';
import { distanceToEdge } from '../../src/scene/measure.ts';
import { sceneOf, seen } from './helpers.ts';

/** One millimetre per pixel, seen from above: pixels are millimetres. */
const calibration = { mm_per_pixel: 1, sigma: 0.001 };
const mug = seen('mug', [460, 360, 540, 440]);

describe('the edge of a table', () => {
  it('is where the caller says, with the error of marked corners', () => {
    const whole = sceneOf([mug], {
      calibration,
      tablePx: [
        [100, 100],
        [900, 100],
        [900, 700],
        [100, 700],
      ],
    });
    const m = distanceToEdge(whole, whole.objects[0]!)!;
    expect(whole.table.reference).toBe('declared');
    expect(Math.abs(m.value - 260)).toBeLessThan(1.645 * m.sigma);
    expect(m.sigma).toBeLessThan(20);
  });

  it('is not the border of the image, where the marked table runs out of it', () => {
    // The table goes on below the image: only its far side, 100 px down, is in sight near the mug.
    const low = sceneOf([seen('mug', [460, 680, 540, 760])], {
      calibration,
      tablePx: [
        [0, 100],
        [1000, 100],
        [1000, 800],
        [0, 800],
      ],
    });
    const m = distanceToEdge(low, low.objects[0]!)!;
    expect(low.table.sides).toEqual([expect.any(Number), null, null, null]);
    // Anything from the border under it to the far side.
    expect(m.value - 1.645 * m.sigma).toBeLessThan(100);
    expect(m.value + 1.645 * m.sigma).toBeGreaterThan(550);
    // Beside the far side the border does not matter.
    const high = sceneOf([seen('mug', [460, 140, 540, 220])], {
      calibration,
      tablePx: [
        [0, 100],
        [1000, 100],
        [1000, 800],
        [0, 800],
      ],
    });
    expect(distanceToEdge(high, high.objects[0]!)!.sigma).toBeLessThan(20);
  });

  it('is unknown when the marked table fills the image', () => {
    const scene = sceneOf([mug], {
      calibration,
      tablePx: [
        [0, 0],
        [1000, 0],
        [1000, 800],
        [0, 800],
      ],
    });
    expect(scene.table.reference).toBe('image');
  });

  it('is not the border of the image, where the box of the detected table ends there', () => {
    const onIt = (...bbox: [number, number, number, number]) =>
      sceneOf([seen('table', [100, 100, 900, 797]), seen('mug', bbox)], { calibration });
    const low = onIt(460, 690, 540, 770);
    expect(low.table).toMatchObject({
      reference: 'surface',
      sides: [expect.any(Number), null, expect.any(Number), expect.any(Number)],
    });
    const m = distanceToEdge(low, low.objects.find((o) => o.class === 'mug')!)!;
    // From the border under it to the side of the box in sight, whose own error is 0.15 of the table.
    expect(m.value - 1.645 * m.sigma).toBeLessThan(60);
    expect(m.value + 1.645 * m.sigma).toBeGreaterThan(360);
    const whole = sceneOf([seen('table', [0, 0, 1000, 800]), mug], { calibration });
    expect(whole.table.reference).toBe('image');
  });

  it('is no farther than the least sure side allows', () => {
    // 150 mm from the border of the image, 190 mm from a side that may be 170 mm nearer.
    const near = sceneOf([seen('table', [100, 100, 900, 800]), seen('mug', [290, 570, 370, 650])], { calibration });
    const m = distanceToEdge(near, near.objects.find((o) => o.class === 'mug')!)!;
    expect(m.value - 1.645 * m.sigma).toBeLessThan(50);
  });
});
