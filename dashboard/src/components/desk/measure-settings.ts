/** How photos are measured, as the form holds it. */
export interface MeasureSettings {
  threshold: number | null;
  inference: 'usual' | 'single' | 'tiled';
  units: 'metric' | 'imperial';
  context: string;
  /** `self`, `scale`, or the id of a kept camera. */
  calibration: string;
  mmPerPixel: number | null;
}

export const usualSettings = (): MeasureSettings => ({
  threshold: null,
  inference: 'usual',
  units: 'metric',
  context: '',
  calibration: 'self',
  mmPerPixel: null,
});

/** The same as fields of a request, those that are set. */
export function requestFields(settings: MeasureSettings) {
  const { threshold, inference, units, context, calibration, mmPerPixel } = settings;
  const given = context.trim();
  return {
    units,
    ...(threshold !== null && { confidence_threshold: threshold }),
    ...(inference !== 'usual' && { inference }),
    ...(given !== '' && { context: given }),
    ...(calibration === 'scale' && mmPerPixel !== null && { mm_per_pixel: mmPerPixel }),
    ...(calibration !== 'self' && calibration !== 'scale' && { calibration_id: calibration }),
  };
}
