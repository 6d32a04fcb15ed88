import { noPicture } from './no-picture.ts';

/** Of every picture, beside those that share. */
const FREE_BYTES = 3 * 2 ** 20;
const SHARED_BYTES = 96 * 2 ** 20;

let shared = 0;

export interface PictureRoom {
  /** CAMERA_002 where large pictures of other cameras have all the room. */
  take(bytes: number): void;
  release(): void;
}

/** Memory of one picture that is being received: what is large shares its room with all that are. */
export function pictureRoom(): PictureRoom {
  let total = 0;
  let mine = 0;
  return {
    take(bytes) {
      total += bytes;
      const more = Math.max(0, total - FREE_BYTES) - mine;
      if (shared + more > SHARED_BYTES) throw noPicture('Too many large pictures of cameras come at once.');
      shared += more;
      mine += more;
    },
    release() {
      shared -= mine;
      mine = 0;
      total = 0;
    },
  };
}
