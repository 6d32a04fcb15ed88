import sharp from 'sharp';
import type { Picture } from './picture.ts';

type Format = Picture['contentType'];

const BY_EXTENSION: Readonly<Record<string, Format>> = {
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.png': 'image/png',
  '.webp': 'image/webp',
};

export const PICTURE_EXTENSIONS: readonly string[] = Object.keys(BY_EXTENSION);

/** What a file with this extension (`.png`) must hold; null for one that no image of ours has. */
export function formatOf(extension: string): Format | null {
  return BY_EXTENSION[extension.toLowerCase()] ?? null;
}

/** The same image in another format. */
export async function inFormat(picture: Picture, format: Format): Promise<Picture> {
  if (picture.contentType === format) return picture;
  const image = sharp(picture.bytes);
  const encoded =
    format === 'image/png' ? image.png() : format === 'image/webp' ? image.webp({ quality: 90 }) : image.jpeg();
  return { ...picture, bytes: await encoded.toBuffer(), contentType: format };
}
