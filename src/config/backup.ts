import * as z from 'zod';
import { integer, serverAddress, variable } from './variable.ts';

const UNITS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const LEAST_MS = 5 * UNITS.m;
const MOST_MS = 31 * UNITS.d;

/** "90m", "6h", "1d" in milliseconds. */
const duration = z
  .string()
  .regex(/^\d{1,6}[mhd]$/, 'must be a number of minutes, hours or days such as 6h')
  .transform((text) => Number(text.slice(0, -1)) * UNITS[text.slice(-1) as keyof typeof UNITS])
  .pipe(z.number().min(LEAST_MS, 'must be 5m at least').max(MOST_MS, 'must be 31d at most'));

export const backupPlace = z
  .string()
  .refine(
    (text) => !/^[a-z][a-z0-9+.-]+:/i.test(text) || BUCKET_PLACE.test(text),
    'must be a folder or s3://BUCKET/FOLDER',
  );

export const BUCKET_PLACE =
  /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/([\w.-]{1,64}(?:\/[\w.-]{1,64}){0,7}))?\/?$/;

export const BACKUP = {
  H200_BACKUP_TO: variable(
    'backup',
    backupPlace.optional(),
    'unset: `--to` says where',
    'Where backups are kept: a folder, or `s3://BUCKET/FOLDER`.',
  ),
  H200_BACKUP_EVERY: variable(
    'backup',
    duration.optional(),
    'unset: nobody but you makes backups',
    '`serve` makes a backup so often, such as `6h` or `1d`; of several servers of one store one does.',
  ),
  H200_BACKUP_KEY: variable(
    'backup',
    z.string().min(16, 'must have 16 characters at least').max(1024).optional(),
    'unset: backups are not encrypted',
    'What backups are encrypted with: any text of 16 characters or more. Keep it elsewhere too: without it nobody can read them.',
    { secret: true },
  ),
  H200_BACKUP_KEEP_LAST: variable('backup', integer(1, 10_000).default(3), '3', 'The newest backups that are kept.'),
  H200_BACKUP_KEEP_DAILY: variable(
    'backup',
    integer(0, 10_000).default(7),
    '7',
    'Besides, the last backup of each of so many days (UTC) that have one.',
  ),
  H200_BACKUP_KEEP_WEEKLY: variable(
    'backup',
    integer(0, 10_000).default(4),
    '4',
    'Besides, the last backup of each of so many weeks that have one.',
  ),
  H200_BACKUP_S3_ENDPOINT_URL: variable(
    'backup',
    serverAddress.optional(),
    'unset: `R2_ENDPOINT_URL` and its key',
    'The S3 server of `s3://` where it is another one than that of the photos, which is wise. Together with the next two.',
    { secret: true },
  ),
  H200_BACKUP_S3_ACCESS_KEY_ID: variable('backup', z.string().optional(), 'unset', 'Its access key.', { secret: true }),
  H200_BACKUP_S3_SECRET_ACCESS_KEY: variable('backup', z.string().optional(), 'unset', "The access key's secret.", {
    secret: true,
  }),
  H200_BACKUP_S3_REGION: variable(
    'backup',
    z
      .string()
      .regex(/^[\w-]{1,64}$/, 'must be a name such as eu-central-1')
      .default('auto'),
    '`auto`',
    'Its region, such as `us-east-1`.',
  ),
} as const;
