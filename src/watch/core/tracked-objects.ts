import { Z90 } from '../../contract/verdict.ts';
import type { TrackedObject } from '../../contract/watch.ts';
import { placeSigmas } from '../../scene/measure.ts';
import { averagedScene, placeOf } from './averaged-scene.ts';
import type { CameraState, Track } from './state.ts';
import { tenths } from './tenths.ts';
import { inScene } from './tracks.ts';

/** Tracks for people and agents. */
export function trackedObjects({ tracks, view }: CameraState): TrackedObject[] {
  const shown = tracks.filter(inScene);
  const objects = view === null ? [] : averagedScene(view, shown).objects;
  return shown.map((track, i) => ({
    track_id: track.track_id,
    class: track.class,
    position_mm: positionOf(track, view && objects[i] ? placeSigmas(view.calibration, objects[i]) : null),
    first_seen: track.first_seen,
    last_seen: track.last_seen,
    moved_mm: tenths(track.moved),
    state: track.absent ? 'hidden' : 'present',
  }));
}

function positionOf(
  track: Track,
  sigmas: { readonly x: number; readonly y: number } | null,
): TrackedObject['position_mm'] {
  const { mm } = placeOf(track);
  if (mm === null || sigmas === null) return null;
  return tenths({ x: mm[0], y: mm[1], x_uncertainty: Z90 * sigmas.x, y_uncertainty: Z90 * sigmas.y });
}
