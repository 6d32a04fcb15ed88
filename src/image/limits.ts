import { MAX_IMAGE_BYTES } from '../contract/image-size.ts';

/** What an image may be at most. The pixel limits are judged from the header, before anything is decoded. */
export interface ImageLimits {
  /** Bytes of the file. */
  readonly maxBytes: number;
  /** Width times height. */
  readonly maxPixels: number;
  /** Pixels on the longer side. */
  readonly maxSide: number;
  /** Memory that the decoder must hold at once for an image that it cannot read row by row. */
  readonly maxHeldBytes: number;
}

export const DEFAULT_LIMITS: ImageLimits = {
  maxBytes: MAX_IMAGE_BYTES,
  // The largest sensors that are sold as "50 megapixels" have 8192 x 6144.
  maxPixels: 8192 * 6144,
  maxSide: 16_384,
  maxHeldBytes: 320_000_000,
};
