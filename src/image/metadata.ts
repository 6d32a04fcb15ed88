import sharp from 'sharp';
import { bareJpeg } from './bare/jpeg.ts';
import { withoutHiddenTail } from './bare/jpeg-tail.ts';
import { barePng } from './bare/png.ts';
import { bareWebp } from './bare/webp.ts';
import { decodePlan } from './decode/plan.ts';
import { buildExif } from './exif-build.ts';
import type { Image } from './image.ts';

/**
 * The same image, pixel for pixel, written anew from what a decoder needs of it: without place, time, owner, comments,
 * thumbnails, further images and whatever else a file can hold. Of the metadata the orientation and the 35 mm focal length
 * stay, because measuring needs them. `image` has passed intake, so its structure is whole. Throws the signal's reason.
 */
export async function withoutMetadata(image: Image, signal?: AbortSignal): Promise<Buffer> {
  const { orientation } = await sharp(decodePlan(image.bytes).bytes, { failOn: 'error' }).metadata();
  const exif = buildExif({ orientation: orientation ?? 1, focal35mm: image.focal35mm });
  switch (image.format) {
    case 'jpeg': {
      const { bytes, exact } = await bareJpeg(image.bytes, exif, signal);
      return exact ? bytes : withoutHiddenTail(bytes, image, signal);
    }
    case 'png':
      return barePng(image.bytes, exif, signal);
    case 'webp':
      return bareWebp(image.bytes, exif);
  }
}
