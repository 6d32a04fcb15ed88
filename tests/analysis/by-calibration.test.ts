import { afterEach, expect, it } from 'vitest';
import { createExportService } from '../../src/export/service.ts';
import { localCall } from '../support/caller.ts';
import { openJourney, plainPhoto } from '../support/journey.ts';

const journeys: ReturnType<typeof openJourney>[] = [];
afterEach(async () => {
  await Promise.all(journeys.splice(0).map((one) => one.close()));
});

it('an analysis says which stored calibration measured it, and is listed and exported by it', async () => {
  const journey = openJourney();
  journeys.push(journey);
  const { service, calibrations, rules, feedback } = journey;
  const cameras = [];
  for (const name of ['left', 'right']) {
    const given = { name, width: 640, height: 480, calibration: { mm_per_pixel: 1 } };
    cameras.push((await calibrations.create(localCall, given)).calibration_id);
  }
  const made: string[][] = [[], [], []];
  for (let n = 0; n < 6; n += 1) {
    const calibration_id = cameras[n % 3];
    const request = { bytes: await plainPhoto(640, 480, n), store: true, ...(calibration_id && { calibration_id }) };
    const analysis = await service.analyze(localCall, request as never);
    expect(analysis.calibration.calibration_id).toBe(calibration_id);
    expect((await service.get(localCall, analysis.analysis_id)).calibration.calibration_id).toBe(calibration_id);
    made[n % 3]!.unshift(analysis.analysis_id);
  }
  const ids = async (calibration_id?: string, limit = 10, cursor?: string) => {
    const page = await service.list(localCall, { limit, calibration_id, ...(cursor && { cursor }) });
    return { ids: page.items.map((one) => one.analysis_id), next: page.nextCursor };
  };
  for (const [n, camera] of cameras.entries()) expect((await ids(camera)).ids.toSorted()).toEqual(made[n]!.toSorted());
  expect((await ids()).ids).toHaveLength(6);
  expect((await ids('cal_none')).ids).toEqual([]);
  const first = await ids(cameras[0], 1);
  const second = await ids(cameras[0], 1, first.next ?? '');
  expect([...first.ids, ...second.ids].toSorted()).toEqual(made[0]!.toSorted());

  const exports = createExportService({ analyses: service, rules, feedback });
  for (const format of ['json', 'csv'] as const) {
    let text = '';
    for await (const piece of exports.write(localCall, 'analyses', format, { calibration_id: cameras[1] }))
      text += piece;
    for (const id of made.flat()) expect(text.includes(id), `${format} ${id}`).toBe(made[1]!.includes(id));
  }
});
