/** What an image may be at most. The pixel limits are judged from the header, before anything is decoded. */
export interface ImageLimits {
  /** Bytes of the file. */
  readonly maxBytes: number;
  /** Width times height. */
  readonly maxPixels: number;
  /** Pixels on the longer side. */
  readonly maxSide: number;
}

export const DEFAULT_LIMITS: ImageLimits = {
  maxBytes: 10_485_760,
  maxPixels: 4096 * 4096,
  maxSide: 16_384,
};
