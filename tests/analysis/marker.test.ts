import { afterEach, describe, expect, it } from 'vitest';
import type { SeenTags } from '../../src/contract/seen-tag.ts';
import { MARKER_SHEETS, tagCorners } from '../../src/scene/markers/sheet.ts';
import { localCall } from '../support/caller.ts';
import { openJourney, plainPhoto } from '../support/journey.ts';

/** A sheet seen from straight above, 2 pixels a mm, right of the middle. */
const SHEET: SeenTags = {
  sigmaPx: 0.35,
  tags: MARKER_SHEETS.a4.tags.map((tag) => ({
    id: tag.id,
    mirrored: false,
    corners: tagCorners(tag).map(({ x, y }) => ({ x: 320 + x, y: 100 + y })),
  })),
};

describe('an analysis of a photo with the printed sheet', () => {
  let journey: ReturnType<typeof openJourney>;
  let asked = 0;
  const open = (readMarkers?: () => Promise<SeenTags | null>) => {
    asked = 0;
    journey = openJourney({
      ...(readMarkers && {
        readMarkers: () => {
          asked += 1;
          return readMarkers();
        },
      }),
    });
    return journey.service;
  };
  afterEach(() => journey.close());
  const analyze = async (service: ReturnType<typeof open>, more = {}) =>
    service.analyze(localCall, { bytes: await plainPhoto(), store: false, ...more });

  it('measures with it, unasked', async () => {
    const { calibration, warnings } = await analyze(open(async () => SHEET));
    expect(calibration).toMatchObject({ method: 'marker', source: 'reference_object', reason: null });
    expect(calibration.assumptions.join()).toContain('lies flat on the table');
    expect(warnings.join()).not.toContain('sheet');
  });

  it('is not searched where the caller gives a calibration', async () => {
    const service = open(async () => SHEET);
    const { calibration } = await analyze(service, { calibration: { mm_per_pixel: 0.5 } });
    // The objects of the photo contradict that scale.
    expect(calibration.references.join()).not.toContain('sheet');
    expect(calibration.reason ?? '').toContain('The given mm_per_pixel');
    expect(asked).toBe(0);
  });

  it('says that it was not searched when that fails or takes too long, and measures as it can', async () => {
    for (const answer of [async () => null, () => Promise.reject(new Error('lost'))]) {
      const { calibration, warnings } = await analyze(open(answer));
      expect(calibration.method).toBe('known_objects');
      expect(warnings).toContain('The image was not searched for the printed sheet: that would have taken too long.');
      await journey.close();
    }
    open();
  });

  it('says nothing of it when nobody wants it searched, or none is there', async () => {
    expect((await analyze(open())).warnings.join()).not.toContain('sheet');
    await journey.close();
    const { calibration, warnings } = await analyze(open(async () => ({ tags: [], sigmaPx: 0.35 })));
    expect(calibration.method).toBe('known_objects');
    expect(warnings.join()).not.toContain('sheet');
  });

  it('stops waiting for it when the caller does', async () => {
    const service = open(() => new Promise(() => {}));
    const gone = new AbortController();
    const answer = service.analyze({ ...localCall, signal: gone.signal }, { bytes: await plainPhoto(), store: false });
    setTimeout(() => gone.abort(), 50);
    await expect(answer).rejects.toMatchObject({ code: 'ANALYSIS_006' });
  });
});
