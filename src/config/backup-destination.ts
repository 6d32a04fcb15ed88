import { BUCKET_PLACE, backupPlace } from './backup.ts';
import type { Config } from './config.ts';
import { ConfigError } from './config-error.ts';
import { type R2Settings, r2Settings } from './r2.ts';

export type BackupDestination =
  | { readonly kind: 'folder'; readonly folder: string }
  | {
      readonly kind: 'bucket';
      readonly settings: R2Settings;
      /** By H200_BACKUP_S3_ variables; else by those of the photos. */
      readonly isOwn: boolean;
      readonly folder: string;
    };

const TOGETHER = [
  'H200_BACKUP_S3_ENDPOINT_URL',
  'H200_BACKUP_S3_ACCESS_KEY_ID',
  'H200_BACKUP_S3_SECRET_ACCESS_KEY',
] as const;

/** Throws ConfigError for a place that cannot be understood, or a bucket of no server. */
export function backupDestination(config: Config, text: string): BackupDestination {
  const { error } = backupPlace.safeParse(text);
  if (error) throw new ConfigError([`the place of backups ${error.issues[0]?.message ?? 'is not valid'}`]);
  const [, bucket, folder = ''] = BUCKET_PLACE.exec(text) ?? [];
  if (bucket === undefined) return { kind: 'folder', folder: text };
  const given = TOGETHER.filter((name) => config[name] !== undefined);
  if (given.length > 0 && given.length < TOGETHER.length) {
    throw new ConfigError(
      TOGETHER.filter((name) => config[name] === undefined).map(
        (name) => `${name}: must be set too, as ${TOGETHER.join(', ')} belong together`,
      ),
    );
  }
  const own = {
    endpoint: config.H200_BACKUP_S3_ENDPOINT_URL?.replace(/\/+$/, '') ?? '',
    region: config.H200_BACKUP_S3_REGION,
    accessKeyId: config.H200_BACKUP_S3_ACCESS_KEY_ID ?? '',
    secretAccessKey: config.H200_BACKUP_S3_SECRET_ACCESS_KEY ?? '',
  };
  const settings = given.length > 0 ? own : r2Settings(config);
  if (settings === null) {
    throw new ConfigError([`${TOGETHER[0]}: must be set for backups in a bucket, or R2_ENDPOINT_URL`]);
  }
  const isOwn = given.length > 0;
  return { kind: 'bucket', settings: { ...settings, bucket }, isOwn, folder: folder === '' ? '' : `${folder}/` };
}
