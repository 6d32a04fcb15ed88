import type { Camera } from '../../contract/camera.ts';
import type { CameraStatus, ListedCamera } from '../../contract/camera-answers.ts';
import { isActive } from './active-hours.ts';
import type { Memory } from './camera-memory.ts';

/** How a camera is, by what was stored of it, and why it gives no picture. */
export function stateOf(camera: Camera, memory: Memory | null, at: Date): Pick<CameraStatus, 'state' | 'trouble'> {
  const trouble = memory?.trouble ?? null;
  const last = memory?.last_at ?? null;
  if (!camera.enabled) return { state: 'off', trouble };
  if (!isActive(camera.active_hours, camera.time_zone, at)) return { state: 'resting', trouble };
  if (trouble !== null && (last !== null || (memory?.failures ?? 0) > 0)) return { state: 'in_trouble', trouble };
  if (!isWatched(camera, last, at)) return { state: 'in_trouble', trouble: trouble ?? NOT_WATCHED };
  if (last === null) return { state: 'waiting', trouble };
  return { state: memory?.view === 'moved' ? 'moved' : 'watching', trouble };
}

export function listed(camera: Camera, memory: Memory | null, at: Date): ListedCamera {
  const cells = memory?.core.cells ?? [];
  return {
    ...camera,
    ...stateOf(camera, memory, at),
    last_picture_at: memory?.last_at ?? null,
    broken: new Set(cells.filter(({ broken }) => broken).map(({ rule_id }) => rule_id)).size,
  };
}

/** What is seen is stored at least once a minute, so that it cannot be older while somebody looks, ms. */
const UNSEEN_MS = 180_000;

const NOT_WATCHED =
  'no look at it was stored of late: "h200-mug serve" has to run and be able to store, and its owner to be allowed to analyse photos';

/** Whether somebody may well look at it: the last picture, a change of the camera or its hours began not long ago. */
function isWatched(
  { updated_at, interval_s, active_hours, time_zone }: Camera,
  last_at: string | null,
  at: Date,
): boolean {
  const longest = UNSEEN_MS + 3000 * interval_s;
  const isOfLate = (time: string) => Math.abs(at.getTime() - Date.parse(time)) <= longest;
  if (isOfLate(updated_at) || (last_at !== null && isOfLate(last_at))) return true;
  return !isActive(active_hours, time_zone, new Date(at.getTime() - longest));
}
