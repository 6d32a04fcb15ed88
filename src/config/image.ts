import * as z from 'zod';
import { folders, variable, workingFolder } from './variable.ts';

export const IMAGE = {
  H200_ALLOWED_ROOTS: variable(
    'image',
    folders.default(workingFolder),
    'the working directory; none where that is the root of the disk, your home folder or one above it',
    'Folders whose image files may be read, separated by `:` (`;` on Windows).',
  ),
  H200_MARKERS: variable(
    'image',
    z.enum(['on', 'off']).default('on'),
    '`on`',
    'Whether pictures without a calibration are searched for the printed sheet (`h200-mug marker`).',
  ),
} as const;
