import { type JpegPart, jpegLayout } from '../jpeg-layout.ts';
import type { Format } from '../magic.ts';
import { bareJpeg } from './jpeg.ts';
import { barePng } from './png.ts';
import { bareWebp } from './webp.ts';

/** All that a picture is rewritten from. */
export interface BareRequest {
  readonly format: Format;
  readonly bytes: Buffer;
  /** What stays of its metadata. */
  readonly exif: Buffer | null;
  /** Where everything in a JPEG lies, so that it is not looked for again. */
  readonly parts: readonly JpegPart[];
}

export interface BareImage {
  readonly bytes: Buffer;
  /** False where nobody read how far the data of a JPEG's scans go. */
  readonly exact: boolean;
}

export function bareRequest(format: Format, bytes: Buffer, exif: Buffer | null): BareRequest {
  return { format, bytes, exif, parts: format === 'jpeg' ? jpegLayout(bytes).parts : [] };
}

/** The picture written anew from what a decoder needs of it. Throws the signal's reason. */
export async function bareImage(request: BareRequest, signal?: AbortSignal): Promise<BareImage> {
  const { format, bytes, exif } = request;
  switch (format) {
    case 'jpeg':
      return bareJpeg(request, signal);
    case 'png':
      return { bytes: await barePng(bytes, exif, signal), exact: true };
    case 'webp':
      return { bytes: bareWebp(bytes, exif), exact: true };
  }
}
