import { statSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import type { EncodedImage } from '../annotate/encoded-image.ts';
import { formatOf, IMAGE_EXTENSIONS } from '../annotate/format.ts';
import { AppError } from '../errors.ts';
import { makeFolder } from '../make-folder.ts';
import { quotedText } from '../plain-text.ts';
import { identity, isTaken } from './file-identity.ts';
import { imageNames } from './image-names.ts';
import { isOwnImage } from './own-image.ts';
import { notWritable, taken } from './write-image.ts';

/** Where one input's annotated image goes, and the format that its name promises. */
export interface ImageFile {
  readonly path: string;
  readonly format: EncodedImage['contentType'];
}

/**
 * One file for each input, in their order, decided before anything is analysed. `target` is a file for one input, else
 * a folder. Neither an input nor a file that is no annotated image of ours is among them; VALIDATION_002 where the target
 * cannot be meant or written.
 */
export function imageFiles(target: string, inputs: readonly string[]): ImageFile[] {
  const photos = new Set(inputs.map(identity).filter((id) => id !== null));
  const isPhoto = (path: string) => photos.has(identity(path) ?? '');
  const isKept = (path: string) => isPhoto(path) || (isTaken(path) && !isOwnImage(path));
  if (inputs.length === 1 && !isFolder(target) && !/[\\/]$/.test(target)) return [oneFile(target, isPhoto)];
  if (!isFolder(target) && formatOf(extname(target)) !== null) {
    throw refused(
      '--annotate names a file, but a folder is needed for several images.',
      'Give --annotate the name of a folder.',
    );
  }
  try {
    makeFolder(target);
  } catch (cause) {
    throw notWritable(cause);
  }
  return imageNames(inputs, (name) => isKept(join(target, name))).map((name) => ({
    path: join(target, name),
    format: 'image/jpeg',
  }));
}

function oneFile(target: string, isPhoto: (path: string) => boolean): ImageFile {
  const format = formatOf(extname(target));
  if (format === null) {
    throw refused(
      `${quotedText(target, 300)} does not end as an image that can be written, and is no folder.`,
      `Give --annotate a name that ends in ${IMAGE_EXTENSIONS.join(', ')}, or a folder.`,
    );
  }
  if (isPhoto(target)) {
    throw refused('--annotate names the photo itself, which would be lost.', 'Give --annotate another name.');
  }
  if (!isFolder(dirname(target))) {
    throw notWritable(new Error(`there is no folder ${quotedText(dirname(target), 300)}`));
  }
  if (isTaken(target) && !isOwnImage(target)) throw taken();
  return { path: target, format };
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

const refused = (message: string, advice: string) => new AppError('VALIDATION_002', { message, advice });
