import { sharp } from '../image/sharp.ts';
import type { EncodedImage } from './encoded-image.ts';
import { MARK } from './mark.ts';

type Format = EncodedImage['contentType'];

const BY_EXTENSION: Readonly<Record<string, Format>> = {
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.png': 'image/png',
  '.webp': 'image/webp',
};

export const IMAGE_EXTENSIONS: readonly string[] = Object.keys(BY_EXTENSION);

/** What a file with this extension (`.png`) must hold; null for one that no image of ours has. */
export function formatOf(extension: string): Format | null {
  return BY_EXTENSION[extension.toLowerCase()] ?? null;
}

/** The same image in another format. */
export async function inFormat(annotated: EncodedImage, format: Format): Promise<EncodedImage> {
  if (annotated.contentType === format) return annotated;
  const image = sharp(annotated.bytes).withExif(MARK);
  const encoded =
    format === 'image/png' ? image.png() : format === 'image/webp' ? image.webp({ quality: 90 }) : image.jpeg();
  return { ...annotated, bytes: await encoded.toBuffer(), contentType: format };
}
