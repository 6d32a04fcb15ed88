import type { AnalysisParts } from '../analysis/parts.ts';
import type { StoredCalibration } from '../analysis/ports.ts';
import type { AnalysisService } from '../analysis/service.ts';
import { AppError } from '../errors.ts';
import { buildScene } from '../scene/build.ts';
import { UNKNOWN_BOX_NOISE } from '../scene/input.ts';

/** Stored calibrations of fixed cameras: made once from what the caller knows, used by id afterwards. */
export function calibrationService(
  parts: AnalysisParts,
): Pick<AnalysisService, 'createCalibration' | 'listCalibrations' | 'deleteCalibration'> {
  return {
    async createCalibration(input) {
      const scene = buildScene({
        width: input.width,
        height: input.height,
        detections: [],
        boxNoise: UNKNOWN_BOX_NOISE,
        focal35mm: null,
        calibration: input.calibration,
        zones: input.zones ?? [],
        tablePx: input.tablePx ?? null,
        context: null,
      });
      if (scene.calibration.homography === null) {
        throw new AppError('CALIBRATION_001', scene.calibration.reason ? { message: scene.calibration.reason } : {});
      }
      const stored: StoredCalibration = {
        calibration_id: parts.newId('cal'),
        name: input.name,
        created_at: parts.now().toISOString(),
        width: input.width,
        height: input.height,
        calibration: { ...scene.calibration, source: 'stored' },
        zones: input.zones ?? [],
        tablePx: input.tablePx ?? null,
      };
      await parts.records.calibrations.put(stored);
      return stored;
    },
    listCalibrations: () => parts.records.calibrations.list(),
    async deleteCalibration(id) {
      const existed = await parts.records.calibrations.delete(id);
      if (!existed) throw new AppError('CALIBRATION_002', { details: { calibration_id: id } });
    },
  };
}
