/** Bytes that passed intake. Pixels are decoded only when a part asks for them. */
export interface Image {
  /** Hex sha256 of `bytes`. */
  readonly sha256: string;
  readonly format: 'jpeg' | 'png' | 'webp';
  readonly bytes: Buffer;
  /** Size in pixels after the EXIF orientation is applied. */
  readonly width: number;
  readonly height: number;
  /** EXIF 35 mm equivalent focal length in mm, null when the file does not say. */
  readonly focal35mm: number | null;
  /** How the picture came in, for people: file name, host of the URL, or kind of source. Untrusted text. */
  readonly label: string;
}
