import { AppError } from '../../errors.ts';

const OF_PHOTOS = /\bR2_(ENDPOINT_URL|ACCESS_KEY_ID|SECRET_ACCESS_KEY|REGION)\b/g;

/** Whether the S3 server of backups has variables of its own; else it is the one of the photos. */
export type OwnServer = boolean;

/** Errors of a bucket as errors of a place of backups: whoever follows their advice changes nothing of the photos. */
export function backupError(thrown: unknown, isOwn: OwnServer): unknown {
  if (!(thrown instanceof AppError) || !thrown.code.startsWith('STORAGE_')) return thrown;
  const { code, message, cause } = thrown;
  return new AppError(code, { message: `Where backups are kept: ${message}`, advice: adviceOf(thrown, isOwn), cause });
}

function adviceOf({ code, advice }: AppError, isOwn: OwnServer): string {
  if (code === 'STORAGE_003') {
    return 'Free space there or raise the quota, or keep fewer backups (H200_BACKUP_KEEP_DAILY, H200_BACKUP_KEEP_WEEKLY).';
  }
  const named = isOwn ? advice.replace(OF_PHOTOS, 'H200_BACKUP_S3_$1') : advice;
  return named
    .replaceAll('R2_BUCKET_NAME', 'H200_BACKUP_TO (or --to, --from)')
    .replace(/; it is tried again by itself/, '');
}
