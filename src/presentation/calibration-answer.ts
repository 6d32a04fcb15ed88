import * as z from 'zod';
import { CalibrationReport } from '../contract/analysis.ts';
import { ZoneInput } from '../contract/calibration.ts';
import { Z90 } from '../contract/verdict.ts';
import { quotedText } from '../plain-text.ts';
import type { StoredCalibration } from '../ports/records.ts';

export const CalibrationOutput = z.strictObject({
  calibration_id: z.string(),
  name: z.string(),
  created_at: z.string(),
  width: z.int().describe('px'),
  height: z.int(),
  method: CalibrationReport.shape.method,
  mm_per_pixel: z.number().nullable().describe('at the image centre'),
  relative_uncertainty: CalibrationReport.shape.relative_uncertainty,
  residual_mm: z.number().nullable(),
  zones: z.array(z.string()).describe('names'),
});

/** The whole of one: what its grid is drawn with. */
export const CalibrationDetail = CalibrationOutput.extend({
  homography: z.array(z.number()).length(9).nullable().describe('pixels to mm on the table, row by row'),
  zone_shapes: z.array(ZoneInput),
  table_corners: z.array(z.array(z.number())).nullable().describe('pixels'),
  assumptions: z.array(z.string()),
});

export const calibrationDetail = (stored: StoredCalibration): z.infer<typeof CalibrationDetail> => ({
  ...calibrationOutput(stored),
  homography: stored.calibration.homography && [...stored.calibration.homography],
  zone_shapes: stored.zones.map((zone) => zone),
  table_corners: stored.tablePx?.map((corner) => [...corner]) ?? null,
  assumptions: [...stored.calibration.assumptions],
});

export function calibrationOutput(stored: StoredCalibration): z.infer<typeof CalibrationOutput> {
  const { method, mmPerPixel, scaleSigma, residualMm } = stored.calibration;
  return {
    calibration_id: stored.calibration_id,
    name: stored.name,
    created_at: stored.created_at,
    width: stored.width,
    height: stored.height,
    method,
    mm_per_pixel: mmPerPixel,
    relative_uncertainty: scaleSigma === null ? null : Number((Z90 * scaleSigma).toPrecision(3)),
    residual_mm: residualMm,
    zones: stored.zones.map((zone) => zone.name),
  };
}

export function calibrationLine(stored: StoredCalibration): string {
  const scale = stored.calibration.mmPerPixel;
  const size = `${stored.width} x ${stored.height} px`;
  const mm = scale === null ? '' : `, ${Number(scale.toPrecision(4))} mm per pixel at the centre`;
  return `**${stored.calibration_id}** ${quotedText(stored.name, 120)}: ${stored.calibration.method} for ${size}${mm}`;
}
