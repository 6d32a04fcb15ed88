import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { readGradient, sobel } from '../../src/image/gradient.ts';

const ramp = (width: number, height: number) =>
  sharp(Buffer.from(Array.from({ length: width * height }, (_, i) => (i % width) * 2)), {
    raw: { width, height, channels: 1 },
  });

describe('sobel', () => {
  it('is eight times the slope, and 0 along the border', () => {
    const [width, height] = [8, 6];
    const grey = Uint8Array.from({ length: width * height }, (_, i) => 3 * (i % width) + 5 * Math.floor(i / width));
    const { x, y } = sobel(grey, width, height);
    expect([x[width + 1], y[width + 1]]).toEqual([24, 40]);
    expect([x[0], y[width - 1], x[width * height - 1]]).toEqual([0, 0, 0]);
  });

  it('takes images without an inside', () => {
    expect(sobel(new Uint8Array(3), 3, 1).x).toEqual(new Int16Array(3));
  });
});

describe('readGradient', () => {
  it('scales a large image down and says by how much', async () => {
    const bytes = await ramp(1280, 320).jpeg().toBuffer();
    const g = (await readGradient({ bytes, width: 1280, height: 320 }))!;
    expect([g.width, g.height, g.scaleX, g.scaleY]).toEqual([640, 160, 0.5, 0.5]);
    expect(g.x).toHaveLength(640 * 160);
  });

  it('leaves a small one as large as it is', async () => {
    const bytes = await ramp(100, 60).png().toBuffer();
    const g = (await readGradient({ bytes, width: 100, height: 60 }))!;
    expect([g.width, g.height, g.scaleX]).toEqual([100, 60, 1]);
    expect(Math.abs(g.x[30 * 100 + 50]! - 16)).toBeLessThanOrEqual(2);
    expect(Math.abs(g.y[30 * 100 + 50]!)).toBeLessThanOrEqual(2);
  });

  it('turns the image upright', async () => {
    const bytes = await ramp(100, 60).withMetadata({ orientation: 6 }).jpeg({ quality: 100 }).toBuffer();
    const g = (await readGradient({ bytes, width: 60, height: 100 }))!;
    expect([g.width, g.height]).toEqual([60, 100]);
    expect(Math.abs(g.y[50 * 60 + 30]!)).toBeGreaterThan(Math.abs(g.x[50 * 60 + 30]!));
  });

  it('throws a catalogue error for what cannot be decoded, and the reason of a signal', async () => {
    const bytes = (await ramp(64, 64).jpeg().toBuffer()).subarray(0, 200);
    await expect(readGradient({ bytes, width: 64, height: 64 })).rejects.toMatchObject({ code: 'VALIDATION_005' });
    const whole = await ramp(64, 64).jpeg().toBuffer();
    const signal = AbortSignal.abort(new Error('gone'));
    await expect(readGradient({ bytes: whole, width: 64, height: 64 }, signal)).rejects.toThrow('gone');
  });
});
