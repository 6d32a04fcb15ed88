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
  /** How the image came in, for people: file name, host of the URL, or kind of source. Untrusted text. */
  readonly label: string;
  /** What a reader of the answer must know of the file: how its name was understood, what was skipped in it. */
  readonly warnings?: readonly string[];
}

/** Turns whatever names an image into an `Image`, or throws an AppError that says how to pass it instead. */
export interface ImageIntake {
  /**
   * `source`: path, file:// or https:// address, data URL, base64, or the id of an earlier analysis (`ana_…`).
   * `roots`: folders that the caller's client allows, besides the configured ones.
   */
  open(source: string, context?: { roots?: readonly string[]; signal?: AbortSignal }): Promise<Image>;
  fromBytes(bytes: Uint8Array, label?: string): Promise<Image>;
}
