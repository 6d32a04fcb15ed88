export interface EncodedImage {
  readonly bytes: Buffer;
  readonly contentType: 'image/jpeg' | 'image/webp' | 'image/png';
  readonly width: number;
  readonly height: number;
}
