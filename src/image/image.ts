import type { FocalTrust } from '../contract/focal-length.ts';
import type { LensFacts } from './lens-facts.ts';

/** Bytes that passed intake. Pixels are decoded only when a part asks for them. */
export interface Image {
  /** Hex sha256 of `bytes`. */
  readonly sha256: string;
  readonly format: 'jpeg' | 'png' | 'webp';
  readonly bytes: Buffer;
  /** Size in pixels after the EXIF orientation is applied. */
  readonly width: number;
  readonly height: number;
  /** 35 mm equivalent focal length of these pixels in mm; null when the file does not say, or not to be trusted. */
  readonly focal35mm: number | null;
  /** How far it is to be trusted and why; absent: the file says nothing of its lens. */
  readonly focalTrust?: FocalTrust;
  /** What the file says of its lens. */
  readonly lens?: LensFacts;
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
  /** Of a file that was read before and is as it was then, all but its bytes; null: only `open` can say. */
  recall(source: string, context?: { roots?: readonly string[] }): Promise<UnreadImage | null>;
}

/** An image whose bytes nobody needed. */
export type UnreadImage = Omit<Image, 'bytes'>;
