import { folders, variable, workingFolder } from './variable.ts';

export const IMAGE = {
  H200_ALLOWED_ROOTS: variable(
    'image',
    folders.default(workingFolder),
    'the working directory; none where that is the root of the disk, your home folder or one above it',
    'Folders whose image files may be read, separated by `:` (`;` on Windows).',
  ),
} as const;
