import { folder, paths, variable } from './variable.ts';

export const STORAGE = {
  H200_DATA_DIR: variable(
    'storage',
    folder.default(paths.data),
    "the platform's user data folder",
    'Embedded store and stored images.',
  ),
} as const;
