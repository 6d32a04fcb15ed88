/** On the photo of which analysis a camera's calibration was drawn, as far as it was in this browser. */
const KEY = 'h200-drawn-on';
const MOST = 50;

type Drawn = readonly (readonly [calibration: string, analysis: string])[];

export function rememberDrawnOn(calibrationId: string, analysisId: string): void {
  try {
    localStorage.setItem(KEY, JSON.stringify([[calibrationId, analysisId], ...stored()].slice(0, MOST)));
  } catch {
    // A browser that stores nothing shows the grid without a photo.
  }
}

export const drawnOn = (calibrationId: string): string | null =>
  stored().find(([calibration]) => calibration === calibrationId)?.[1] ?? null;

function stored(): Drawn {
  try {
    const all: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(all) ? all.filter(isPair) : [];
  } catch {
    return [];
  }
}

const isPair = (one: unknown): one is Drawn[number] =>
  Array.isArray(one) && one.length === 2 && one.every((id) => typeof id === 'string');
