import type { CallContext } from '../../contract/call-context.ts';
import { AppError } from '../../errors.ts';
import { readAll } from '../../ports/byte-stream.ts';
import type { CameraParts } from './camera-parts.ts';
import type { KeptCamera } from './camera-store.ts';
import { daysBetween } from './days-between.ts';
import { spanOf } from './history.ts';
import { LONGEST_PICTURE } from './picture-keys.ts';
import type { CameraService, TimeLapse } from './service.ts';
import { zipOf } from './zip.ts';

/** Of one time lapse; of more pictures every n-th is taken. */
const MOST_PICTURES = 600;
const MOST_BYTES = 192 * 2 ** 20;

type Asked = Parameters<CameraService['timeLapse']>[2];

export async function timeLapse(
  { log, blobs, film, now }: Pick<CameraParts, 'log' | 'blobs' | 'film' | 'now'>,
  { signal }: CallContext,
  { camera }: KeptCamera,
  { format, ...span }: Asked,
): Promise<TimeLapse> {
  const { from, to } = spanOf(span, now(), 1);
  const all = [];
  for (const day of daysBetween(from, to, camera.time_zone, 32))
    all.push(...(await log.pictures(camera.camera_id, day)));
  const within = all.filter(({ at }) => at >= from.toISOString() && at <= to.toISOString());
  const bytes = within.reduce((sum, one) => sum + one.bytes, 0);
  const step = Math.max(1, Math.ceil(within.length / MOST_PICTURES), Math.ceil(bytes / MOST_BYTES));
  const chosen = within.filter((_, at) => at % step === 0);
  const files: { name: string; bytes: Buffer; at: Date }[] = [];
  for (const { key, at } of chosen) {
    signal?.throwIfAborted();
    const blob = await blobs.get(key, { signal });
    if (blob === undefined) continue;
    const ending = blob.contentType === 'image/jpeg' ? 'jpg' : (blob.contentType.split('/')[1] ?? 'bin');
    const name = `${at.replace(/[:.]/g, '-')}.${ending}`;
    files.push({
      name,
      bytes: await readAll(blob.stream, LONGEST_PICTURE, { expected: blob.size, signal }),
      at: new Date(at),
    });
  }
  if (files.length === 0) {
    throw new AppError('STORAGE_002', {
      message: 'No picture of this camera was kept in that time.',
      advice: 'Set picture_every_s, and ask for a time in which it watched.',
    });
  }
  const base = `${camera.name}-${from.toISOString().slice(0, 10)}`;
  if (format === 'zip') {
    return { contentType: 'application/zip', fileName: `${base}.zip`, pictures: files.length, bytes: zipOf(files) };
  }
  const pictures = files.filter(({ name }) => name.endsWith('.jpg')).map((one) => one.bytes);
  return {
    contentType: 'video/mp4',
    fileName: `${base}.mp4`,
    pictures: pictures.length,
    bytes: await film(pictures, signal),
  };
}
