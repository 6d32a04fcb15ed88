import type { WatchTiming } from '../../contract/watch.ts';
import type { Told } from './event.ts';
import type { Moment } from './run.ts';
import type { CameraState } from './state.ts';

/**
 * Whether the camera stands where it was calibrated: moved when that lasts for `hold_s`, back when it is well again for
 * `clear_s`. `afresh`: it is back with this look.
 */
export function movedCamera(
  { moved }: CameraState,
  isWell: boolean,
  { at, seen_ms }: Moment,
  timing: WatchTiming,
): { readonly moved: CameraState['moved']; readonly told: Told[]; readonly afresh: boolean } {
  const changes = isWell === moved.on;
  if (!changes) return { moved: { ...moved, run_since: null, run_ms: 0 }, told: [], afresh: false };
  const run_since = moved.run_since ?? at;
  const run_ms = moved.run_since === null ? 0 : moved.run_ms + seen_ms;
  const limit = 1000 * (moved.on ? timing.clear_s : timing.hold_s);
  if (run_ms < limit) return { moved: { ...moved, run_since, run_ms }, told: [], afresh: false };
  return {
    moved: { on: !moved.on, run_since: null, run_ms: 0 },
    told: [
      {
        kind: moved.on ? 'camera_back' : 'camera_moved',
        subject: null,
        since: run_since,
        objects: [],
        measured: null,
        seen_ms: run_ms,
        unseen_ms: 0,
        reason: moved.on ? 'it is calibrated for where it stands' : 'it stands elsewhere than it was calibrated for',
      },
    ],
    afresh: moved.on,
  };
}
