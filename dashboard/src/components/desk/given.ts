import { asCorrected, asDetections, type Corrected } from './corrections.ts';
import { calibrationOf, type Markup, NOTHING, regionsOf, type Sheet, type ZoneKind } from './markup.ts';
import type { Analysis, SceneDrawing } from './types.ts';

/** What a person drew on a photo, with the size of the rectangle. */
export interface Drawn {
  readonly markup: Markup;
  readonly sheet: Sheet;
  readonly sides: readonly [number, number];
}
/** What an analysis was told by hand, besides the settings of the form. */
export interface Given {
  readonly drawn: Drawn;
  /** Things in place of what a model would find; null: the model's. */
  readonly objects: readonly Corrected[] | null;
  readonly boxNoise: unknown;
  /** The stored calibration; undefined: none. */
  readonly calibrationId: string | undefined;
  /** mm of a pixel, as somebody said; null: nobody did. */
  readonly scale: number | null;
}

const A4: readonly [number, number] = [297, 210];
export const NOTHING_DRAWN: Drawn = { markup: NOTHING, sheet: 'a4', sides: A4 };
/** Of this visit; of earlier ones the answer tells all but the known rectangle. */
const MOST = 100;
const told = new Map<string, Given>();

export function remember(analysisId: string, given: Given): void {
  told.set(analysisId, given);
  const [oldest] = told.keys();
  if (told.size > MOST && oldest !== undefined) told.delete(oldest);
}

export function givenOf(analysis: Analysis, drawing: SceneDrawing | undefined): Given {
  const known = told.get(analysis.analysis_id);
  if (known) return known;
  const { calibration_id: calibrationId, method, source, mm_per_pixel } = analysis.calibration;
  // What came with a stored calibration comes with it again.
  const zones = calibrationId === undefined ? (drawing?.zones ?? []) : [];
  const corners =
    calibrationId === undefined && drawing?.table.reference === 'declared' ? drawing.table.polygon_px : null;
  return {
    drawn: {
      ...NOTHING_DRAWN,
      markup: {
        corners,
        rectangle: null,
        zones: zones.map(({ name, kind, polygon_px: points }) => ({ name, kind: kind as ZoneKind, points })),
      },
    },
    objects: analysis.model === null ? asCorrected(analysis.objects) : null,
    boxNoise: analysis.model?.box_noise,
    calibrationId,
    scale: source === 'request' && method === 'scale' ? mm_per_pixel : null,
  };
}

/** A rectangle that was drawn on another visit is not in the answer: measured again, the scale would be another. */
export function lacksRectangle(analysis: Analysis, { drawn, calibrationId }: Given): boolean {
  const { method, source } = analysis.calibration;
  const isGiven = source === 'request' && method !== 'scale';
  return isGiven && drawn.markup.rectangle === null && calibrationId === undefined;
}

export const fieldsOfDrawn = ({ markup, sheet, sides }: Drawn) => {
  const calibration = calibrationOf(markup, sheet, sides);
  return { ...(calibration && { calibration }), ...regionsOf(markup) };
};

export const fieldsOfObjects = ({ objects, boxNoise }: Given) =>
  objects && { detections: asDetections(objects), ...(boxNoise !== undefined && { box_noise: boxNoise }) };
