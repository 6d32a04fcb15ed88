import { withoutHiddenTail } from './bare/jpeg-tail.ts';
import { rewritten } from './bare/rewritten.ts';
import { decodePlan } from './decode/plan.ts';
import { buildExif } from './exif-build.ts';
import type { Image } from './image.ts';
import { sharp } from './sharp.ts';

/**
 * The same image, pixel for pixel, written anew from what a decoder needs of it: without place, time, owner, comments,
 * thumbnails, further images and whatever else a file can hold. Of the metadata the orientation and the facts of the lens
 * (`LensFacts`) stay, because measuring needs them. `image` has passed intake, so its structure is whole. Throws as `BareThreads.run` does.
 */
export async function withoutMetadata(image: Image, signal?: AbortSignal): Promise<Buffer> {
  const { orientation } = await sharp(decodePlan(image.bytes).bytes, { failOn: 'error' }).metadata();
  const exif = buildExif({ orientation: orientation ?? 1, lens: image.lens ?? null });
  const { bytes, exact } = await rewritten(image.format, image.bytes, exif, signal);
  return exact ? bytes : withoutHiddenTail(bytes, image, signal);
}
