import { can, demand } from '../access/can.ts';
import { readOwn } from '../access/read-own.ts';
import { checkPoints } from '../analysis/points-check.ts';
import { UNKNOWN_BOX_NOISE } from '../contract/box-noise.ts';
import type { CalibrationInput, ZoneInput } from '../contract/calibration.ts';
import type { CallContext } from '../contract/call-context.ts';
import type { MeasuredLength, MeasureRequest } from '../contract/measured-length.ts';
import type { Page, PageRequest } from '../contract/page.ts';
import { AppError } from '../errors.ts';
import type { CalibrationRecords, StoredCalibration } from '../ports/records.ts';
import { buildScene } from '../scene/build.ts';
import { measureLength } from './measure-length.ts';

export interface NewCalibration {
  readonly name: string;
  readonly calibration: CalibrationInput;
  /** Of the image that it is made for, pixels. */
  readonly width: number;
  readonly height: number;
  readonly zones?: readonly ZoneInput[];
  readonly tablePx?: readonly (readonly [number, number])[];
}

/** Stored calibrations of fixed cameras: made once from what the caller knows, used by id afterwards. */
export interface CalibrationService {
  create(ctx: CallContext, input: NewCalibration): Promise<StoredCalibration>;
  /** Oldest first. */
  list(ctx: CallContext, page: PageRequest): Promise<Page<StoredCalibration>>;
  count(ctx: CallContext): Promise<number>;
  /** CALIBRATION_002 where there is none of the caller's. */
  get(ctx: CallContext, id: string): Promise<StoredCalibration>;
  /** How far two pixels are apart on the table. VALIDATION_002 for one that is not on its plane. */
  measure(ctx: CallContext, id: string, ends: MeasureRequest): Promise<MeasuredLength>;
  delete(ctx: CallContext, id: string): Promise<void>;
}

export interface CalibrationDeps {
  readonly records: CalibrationRecords;
  readonly newId: () => string;
  readonly now: () => Date;
}

export function createCalibrationService({ records, newId, now }: CalibrationDeps): CalibrationService {
  const missing = (id: string) => new AppError('CALIBRATION_002', { details: { calibration_id: id } });

  async function read({ principal }: CallContext, id: string): Promise<StoredCalibration> {
    demand(principal, 'analysis:read');
    return readOwn(
      records,
      id,
      (record) => can(principal, 'analysis:read', record),
      () => missing(id),
    );
  }

  return {
    async create({ principal }, { name, width, height, calibration, zones = [], tablePx = null }) {
      demand(principal, 'analysis:write');
      checkPoints({ calibration, zones, table_corners: tablePx }, { width, height });
      const scene = buildScene({
        width,
        height,
        detections: [],
        boxNoise: UNKNOWN_BOX_NOISE,
        focal35mm: null,
        calibration,
        zones,
        tablePx,
        context: null,
      });
      if (scene.calibration.homography === null) {
        throw new AppError('CALIBRATION_001', scene.calibration.reason ? { message: scene.calibration.reason } : {});
      }
      const stored: StoredCalibration = {
        owner: principal.id,
        calibration_id: newId(),
        name,
        created_at: now().toISOString(),
        width,
        height,
        calibration: { ...scene.calibration, source: 'stored' },
        zones,
        tablePx,
      };
      await records.put(stored);
      return stored;
    },
    async list({ principal }, page) {
      demand(principal, 'analysis:read');
      return records.list(principal.id, page);
    },
    async count({ principal }) {
      demand(principal, 'analysis:read');
      return records.count(principal.id);
    },
    get: read,
    async measure(context, id, ends) {
      return measureLength(await read(context, id), ends);
    },
    async delete({ principal }, id) {
      demand(principal, 'analysis:delete');
      // Not its content: what cannot be read any more can still be deleted.
      const stored = await records.head(id);
      const own = stored !== null && can(principal, 'analysis:delete', stored);
      if (!own || !(await records.delete(id))) throw missing(id);
    },
  };
}
