import * as z from 'zod';
import { CalibrationReport } from './analysis.ts';
import { TableCorners } from './analyze-request.ts';
import { ZoneInput } from './calibration.ts';

/** Beyond it a number is no length, pixel or map of one. */
const MOST = 1e15;
const Finite = z.number().min(-MOST).max(MOST);
const Positive = z.number().positive().max(MOST);
const Mat3 = z.tuple([Finite, Finite, Finite, Finite, Finite, Finite, Finite, Finite, Finite]);
const Side = z.int().min(1).max(100_000);
const Texts = z.array(z.string().max(1000)).max(100);

/** A stored calibration, as the scene made it from what a caller knew. */
export const StoredCalibrationShape = z.object({
  owner: z.string().max(200),
  calibration_id: z.string().max(100),
  name: z.string().max(1000),
  created_at: z.string().max(40),
  width: Side,
  height: Side,
  calibration: z.object({
    method: CalibrationReport.shape.method,
    source: CalibrationReport.shape.source,
    homography: Mat3.nullable(),
    mmPerPixel: Positive.nullable(),
    scaleSigma: z.number().min(0).max(MOST).nullable(),
    residualMm: z.number().min(0).max(MOST).nullable(),
    references: Texts,
    assumptions: Texts,
    reason: z.string().max(2000).nullable(),
    contradicted: z.boolean().exactOptional(),
    sheetPx: z
      .array(z.object({ x: Finite, y: Finite }))
      .max(16)
      .exactOptional(),
    view: z
      .object({
        width: Side,
        height: Side,
        focalPx: Positive,
        focalSigma: z.number().min(0).max(MOST),
        modes: z.array(Mat3).max(64),
      })
      .nullable()
      .exactOptional(),
  }),
  zones: z.array(ZoneInput).max(20),
  tablePx: TableCorners.nullable(),
});
