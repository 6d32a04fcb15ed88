import { folder, integer, mongoAddress, paths, variable } from './variable.ts';

export const STORAGE = {
  H200_DATA_DIR: variable(
    'storage',
    folder.default(paths.data),
    "the platform's user data folder",
    'Embedded store and stored images.',
  ),
  MONGODB_ATLAS_URI: variable(
    'storage',
    mongoAddress.optional(),
    'unset: the embedded store',
    'Records in this MongoDB database (`h200_production` where the address names none), shared by all servers that name it; images stay in `H200_DATA_DIR`. `mongodb://` or `mongodb+srv://`.',
    { secret: true },
  ),
  H200_RETENTION_DAYS: variable(
    'storage',
    integer(1, 36_500).optional(),
    'unset: until somebody deletes them',
    'Analyses and their photos that are older are deleted, at every start and every hour, whoever made them.',
  ),
} as const;
