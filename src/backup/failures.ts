import { AppError } from '../errors.ts';

/** `why`: "its hash is another". */
export const damagedBackup = (why: string, cause?: unknown): AppError =>
  new AppError('BACKUP_002', { message: `The backup cannot be used: ${why}.`, ...(cause !== undefined && { cause }) });

export const wrongKey = (message: string, advice: string): AppError => new AppError('BACKUP_003', { message, advice });
