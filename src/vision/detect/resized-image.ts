import { decodeScaled } from '../../image/decode/scale.ts';
import type { ModelInput } from '../models/manifest.ts';
import { type Letterbox, letterbox } from './letterbox.ts';

/** An image scaled for one model: rows of RGB bytes without padding. */
export interface ResizedImage {
  /** 3 * fit.width * fit.height bytes. */
  readonly pixels: Uint8Array;
  readonly fit: Letterbox;
  /** What a reader must know of the pixels: they are damaged in places. */
  readonly flaw?: string | null;
}

/**
 * Decodes, turns upright (EXIF), scales with a linear kernel and drops alpha. Neither the main loop nor an
 * inference worker waits for it. Throws as `decodeScaled` does.
 * `width` and `height` are those of the upright image.
 */
export async function resizeImage(
  image: { readonly bytes: Uint8Array; readonly width: number; readonly height: number },
  input: Pick<ModelInput, 'size' | 'fit'>,
  signal?: AbortSignal,
): Promise<ResizedImage> {
  const fit = letterbox(image, input);
  const { width, height } = fit;
  return { ...(await decodeScaled(image.bytes, { width, height, kernel: 'linear' }, signal)), fit };
}
