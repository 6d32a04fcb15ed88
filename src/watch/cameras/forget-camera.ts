import type { Blobs } from '../../ports/blobs.ts';
import type { Registry } from '../../ports/registry.ts';
import type { CameraLog } from './camera-log.ts';
import type { KeptCamera } from './camera-store.ts';
import { daysBetween } from './days-between.ts';
import { CAMERA_PREFIX, cameraOfKey, lastKey } from './picture-keys.ts';

const DAY_MS = 86_400_000;
/** Longest that anything is kept. */
const MOST_DAYS = 367;

/** Removes what a camera saw, but for the analyses of its events. */
export async function forgetCamera(
  { log, blobs, now }: { readonly log: CameraLog; readonly blobs: Blobs; readonly now: () => Date },
  { camera }: KeptCamera,
): Promise<void> {
  const { camera_id: id, time_zone } = camera;
  const to = now();
  const since = Math.min(Date.parse(camera.created_at), to.getTime()) - DAY_MS;
  const from = new Date(Math.max(since, to.getTime() - MOST_DAYS * DAY_MS));
  for (const day of daysBetween(from, to, time_zone, MOST_DAYS + 1)) {
    for (const { key } of await log.pictures(id, day)) await blobs.delete(key);
    await log.forgetDay(id, day);
  }
  await blobs.delete(lastKey(id));
}

/** Pictures that nothing refers to any more, because they are too old, their camera is gone or its process was killed; how many. */
export async function sweepCameraPictures(
  { blobs, registry }: { readonly blobs: Blobs; readonly registry: Registry },
  {
    olderThanMs,
    limit,
    signal,
  }: { readonly olderThanMs: number; readonly limit: number; readonly signal?: AbortSignal },
): Promise<number> {
  let [seen, removed] = [0, 0];
  for await (const key of blobs.list({ prefix: CAMERA_PREFIX, olderThanMs, signal })) {
    seen += 1;
    if (seen > limit) break;
    const id = cameraOfKey(key);
    const isUsed =
      id !== null &&
      (key === lastKey(id)
        ? (await registry.get('camera', id)) !== null
        : (await registry.get('camera_picture', key)) !== null);
    if (!isUsed && (await blobs.delete(key))) removed += 1;
  }
  return removed;
}
