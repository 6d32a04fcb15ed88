import type { Image } from '../../image/image.ts';
import type { KeptCamera } from '../cameras/camera-store.ts';
import { cameraKey, LONGEST_PICTURE, lastKey } from '../cameras/picture-keys.ts';
import type { WatchParts } from './watch-parts.ts';

/** Keeps the picture as the camera's last one, and where it `lasts` for time lapses too. False where that was not possible. */
export async function keepPicture(
  { blobs, log, withoutMetadata, words }: WatchParts,
  { owner, camera }: KeptCamera,
  { image, at, lasts }: { readonly image: Image; readonly at: Date; readonly lasts: boolean },
  signal: AbortSignal,
): Promise<boolean> {
  try {
    const bytes = await withoutMetadata(image, signal);
    const type = `image/${image.format}`;
    const options = { maxBytes: LONGEST_PICTURE, signal };
    await blobs.put(lastKey(camera.camera_id), bytes, type, options);
    if (!lasts) return true;
    const key = cameraKey(camera.camera_id, at);
    await blobs.put(key, bytes, type, options);
    const { camera_id: cameraId, time_zone: timeZone, retention_days: retentionDays } = camera;
    await log.addPicture(
      { owner, cameraId, timeZone, retentionDays },
      { at: at.toISOString(), key, bytes: bytes.length },
    );
    return true;
  } catch (err) {
    words.warn({ err, camera: camera.camera_id }, 'a picture of a camera could not be kept');
    return false;
  }
}
