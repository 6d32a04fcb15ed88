import * as z from 'zod';
import { folder, mongoAddress, paths, serverAddress, variable } from './variable.ts';

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
    'Records in this MongoDB database (`h200_production` where the address names none), shared by all servers that name it; images stay in `H200_DATA_DIR` unless `R2_ENDPOINT_URL` is set. `mongodb://` or `mongodb+srv://`.',
    { secret: true },
  ),
  R2_ENDPOINT_URL: variable(
    'storage',
    serverAddress.optional(),
    'unset: photos in `H200_DATA_DIR`',
    'Photos in a bucket of this S3 server, Cloudflare R2 (`https://ACCOUNT.r2.cloudflarestorage.com`) or any other, so that servers that share a MongoDB database share them too. Together with the next two.',
    { secret: true },
  ),
  R2_ACCESS_KEY_ID: variable(
    'storage',
    z.string().optional(),
    'unset',
    'Its access key: may read, write, list and delete objects of the bucket.',
    { secret: true },
  ),
  R2_SECRET_ACCESS_KEY: variable('storage', z.string().optional(), 'unset', "The access key's secret.", {
    secret: true,
  }),
  R2_BUCKET_NAME: variable(
    'storage',
    z
      .string()
      .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'must be 3 to 63 small letters, digits and hyphens')
      .default('h200-backup'),
    '`h200-backup`',
    'The bucket of the photos (backups: H200_BACKUP_TO); made where it does not exist and the key may make it.',
  ),
  R2_REGION: variable(
    'storage',
    z
      .string()
      .regex(/^[\w-]{1,64}$/, 'must be a name such as eu-central-1')
      .default('auto'),
    '`auto`, which is right for R2',
    'Region of the bucket on other servers, such as `us-east-1`.',
  ),
} as const;
