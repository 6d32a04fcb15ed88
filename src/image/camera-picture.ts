import type { PrivacyZone } from '../contract/camera.ts';
import { AppError } from '../errors.ts';
import { blackOut } from './black-out.ts';
import { createGate } from './decode/gate.ts';
import { decodePlan } from './decode/plan.ts';
import { decodeMs, decodeScaled } from './decode/scale.ts';
import type { Image, ImageIntake } from './image.ts';
import { readPixels } from './pixels.ts';
import { sharp } from './sharp.ts';

/** Pixels of a picture that is blackened: 4096 x 4096. Cameras that watch have fewer. */
const MOST_PIXELS = 4096 * 4096;
/** A camera's picture whose decoding takes longer is no honest one, ms. */
const MOST_MS = 700;
/** Pictures that are decoded whole at once. */
const gate = createGate(2);
const QUALITY = 92;

/** What is done with a picture of a camera before anybody looks at it. */
export interface CameraPictures {
  /** CAMERA_002 for what is no picture, VALIDATION_004 for one that costs too much. */
  open(bytes: Buffer, label: string): Promise<Image>;
  /** The brightness alone, at this size, with the zones black. */
  small(
    image: Image,
    size: { readonly width: number; readonly height: number },
    zones: readonly PrivacyZone[],
    signal: AbortSignal,
  ): Promise<Uint8Array>;
  /** The same picture with the zones black, written anew; the same where there are none. */
  blackened(image: Image, zones: readonly PrivacyZone[], signal: AbortSignal): Promise<Image>;
}

export function createCameraPictures({ fromBytes }: Pick<ImageIntake, 'fromBytes'>): CameraPictures {
  return {
    async open(bytes, label) {
      const image = await fromBytes(bytes, label).catch((thrown: unknown) => {
        throw ofCamera(thrown);
      });
      if (image.width * image.height > MOST_PIXELS || decodeMs(image.bytes) > MOST_MS) {
        throw tooLarge();
      }
      return image;
    },
    async small(image, { width, height }, zones, signal) {
      const { pixels } = await decodeScaled(image.bytes, { width, height, kernel: 'linear', grey: 'green' }, signal);
      const grey = Uint8Array.from(pixels);
      blackOut({ width, height, channels: 1, data: grey }, zones);
      return grey;
    },
    async blackened(image, zones, signal) {
      if (zones.length === 0) return image;
      const bytes = await gate(() => rewritten(image.bytes, zones), signal);
      return fromBytes(bytes, image.label);
    },
  };
}

const tooLarge = () =>
  new AppError('VALIDATION_004', {
    message: 'A picture of a camera has at most 16 megapixels.',
    advice: 'Set the camera to a smaller size; 1920 x 1080 is enough for a desk.',
  });

/** Who sends photos is told otherwise what a photo may be. */
function ofCamera(thrown: unknown): unknown {
  if (!(thrown instanceof AppError) || !thrown.code.startsWith('VALIDATION_')) return thrown;
  if (thrown.code === 'VALIDATION_004') return tooLarge();
  return new AppError('CAMERA_002', {
    message: 'What the camera gave is no whole JPEG, PNG or WebP picture.',
    advice: 'Look whether its address is the one of a picture, and whether it needs a login.',
    cause: thrown,
  });
}

async function rewritten(bytes: Buffer, zones: readonly PrivacyZone[]): Promise<Buffer> {
  const { result } = await readPixels(decodePlan(bytes).bytes, (picture) =>
    picture
      .rotate()
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true }),
  );
  const { data, info } = result;
  const { width, height, channels } = info;
  blackOut({ width, height, channels, data }, zones);
  // Whole blocks of full colour: what lies behind a zone does not bleed over its edge.
  return sharp(data, { raw: { width, height, channels } })
    .jpeg({ quality: QUALITY, chromaSubsampling: '4:4:4' })
    .toBuffer();
}
