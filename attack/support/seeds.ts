import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import sharp, { type Sharp } from 'sharp';

export const EXAMPLE = fileURLToPath(new URL('../../examples/mug-too-close.jpg', import.meta.url));

export interface Seed {
  readonly name: string;
  readonly bytes: Buffer;
}

const FORMS: readonly (readonly [string, (image: Sharp) => Sharp])[] = [
  ['baseline.jpg', (s) => s.jpeg({ quality: 80 })],
  ['progressive.jpg', (s) => s.jpeg({ progressive: true })],
  ['full-chroma.jpg', (s) => s.jpeg({ chromaSubsampling: '4:4:4', quality: 95 })],
  ['grey.jpg', (s) => s.greyscale().jpeg()],
  ['cmyk.jpg', (s) => s.toColourspace('cmyk').jpeg()],
  ['exif.jpg', (s) => s.jpeg().withExif({ IFD0: { ImageDescription: 'a desk' } })],
  ['profile.jpg', (s) => s.jpeg().withIccProfile('p3')],
  ['plain.png', (s) => s.png()],
  ['palette.png', (s) => s.png({ palette: true })],
  ['sixteen.png', (s) => s.toColourspace('rgb16').png()],
  ['interlaced.png', (s) => s.png({ progressive: true })],
  ['alpha.png', (s) => s.ensureAlpha(0.5).png()],
  ['grey.png', (s) => s.greyscale().png()],
  ['lossy.webp', (s) => s.webp()],
  ['lossless.webp', (s) => s.webp({ lossless: true })],
  ['alpha.webp', (s) => s.ensureAlpha(0.5).webp()],
  ['exif.webp', (s) => s.webp().withExif({ IFD0: { Artist: 'nobody' } })],
  ['near-lossless.webp', (s) => s.webp({ nearLossless: true })],
  ['desk.gif', (s) => s.gif()],
  ['desk.avif', (s) => s.avif({ effort: 0 })],
];

/** A small desk in twenty forms of five formats. */
export async function seeds(width = 96): Promise<Seed[]> {
  const desk = await sharp(readFileSync(EXAMPLE)).resize(width).png().toBuffer();
  return Promise.all(FORMS.map(async ([name, form]) => ({ name, bytes: await form(sharp(desk)).toBuffer() })));
}
