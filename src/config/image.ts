import { folders, variable } from './variable.ts';

export const IMAGE = {
  H200_ALLOWED_ROOTS: variable(
    'image',
    folders.default(() => [process.cwd()]),
    'the working directory',
    'Folders whose image files may be read, separated by `:` (`;` on Windows).',
  ),
} as const;
