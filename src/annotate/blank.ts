import { sharp } from '../image/sharp.ts';

/** A plain grey image: the ground to draw on when the caller gave detections without an image. */
export function blankImage(width: number, height: number): Promise<Buffer> {
  const scale = Math.min(1, 4096 / Math.max(width, height));
  const size = { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
  return sharp({ create: { ...size, channels: 3, background: '#e8e8e8' } })
    .png()
    .toBuffer();
}
