import { describe, expect, it } from 'vitest';
import { localCall } from '../support/caller.ts';
import { openJourney } from '../support/journey.ts';

/** A sheet of 400 x 300 mm seen from the front, in an image of 640 x 480. */
const rectangle = {
  rectangle_px: [
    [160, 200],
    [480, 200],
    [600, 440],
    [40, 440],
  ] as [[number, number], [number, number], [number, number], [number, number]],
  size_mm: [400, 300] as [number, number],
};

/** A long strip: what ends at the upper edge of the image lies above the horizon. */
const strip = {
  ...rectangle,
  rectangle_px: [
    [280, 200],
    [360, 200],
    [600, 440],
    [40, 440],
  ] as typeof rectangle.rectangle_px,
};

async function stored(calibration = rectangle) {
  const { calibrations } = openJourney();
  const made = await calibrations.create(localCall, { name: 'desk', width: 640, height: 480, calibration });
  return { calibrations, id: made.calibration_id };
}

describe('a length on the table', () => {
  it.each([
    ['the near side', [40, 440], [600, 440], 400],
    ['the far side', [160, 200], [480, 200], 400],
    ['a long side', [160, 200], [40, 440], 300],
  ] as const)('measures %s of the sheet, and says that a ruler agrees', async (_, from, to, mm) => {
    const { calibrations, id } = await stored();
    const found = await calibrations.measure(localCall, id, { from_px: [...from], to_px: [...to], known_mm: mm });
    expect(Math.abs(found.length_mm - mm)).toBeLessThan(1);
    expect(found).toMatchObject({ known_mm: mm, agrees: true });
    expect(found.uncertainty_mm).toBeGreaterThan(0);
  });

  it('says that a ruler disagrees, and by how much', async () => {
    const { calibrations, id } = await stored();
    const ends = { from_px: [40, 440], to_px: [600, 440] } as { from_px: [number, number]; to_px: [number, number] };
    const found = await calibrations.measure(localCall, id, { ...ends, known_mm: 300 });
    expect(found.agrees).toBe(false);
    expect(found.difference_mm).toBeCloseTo(found.length_mm - 300, 5);
    expect(await calibrations.measure(localCall, id, ends)).toMatchObject({ known_mm: null, agrees: null });
  });

  it('refuses what is above the horizon', async () => {
    const { calibrations, id } = await stored(strip);
    await expect(calibrations.measure(localCall, id, { from_px: [320, 0], to_px: [320, 440] })).rejects.toMatchObject({
      code: 'VALIDATION_002',
    });
  });

  it.each([
    [-1, 440],
    [320, 481],
    [641, 440],
    [1.7e308, -1e22],
    [3.4e16, 440],
  ])('refuses [%s, %s], which is outside of the photo: nothing agrees with what cannot be measured', async (x, y) => {
    const { calibrations, id } = await stored();
    const ends = { from_px: [40, 440] as [number, number], to_px: [x, y] as [number, number], known_mm: 99_999 };
    await expect(calibrations.measure(localCall, id, ends)).rejects.toMatchObject({
      code: 'VALIDATION_002',
      message: expect.stringContaining('640 × 480'),
    });
  });
});
