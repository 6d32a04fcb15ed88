import { basename } from 'node:path';
import { AppError } from '../errors.ts';
import { cleanLabel } from './label.ts';

/** Why the system does not hand out a file, in words; the path is not repeated beyond its last part. */
export function unreadable(path: string, cause?: unknown, roots?: readonly string[]): never {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  const why: Record<string, string> = {
    ENOENT: 'There is no such file.',
    ENOTDIR: 'There is no such file.',
    EACCES: 'The file may not be read: its rights do not allow it.',
    EPERM: 'The file may not be read: its rights do not allow it.',
    ELOOP: 'The path is a link that leads in a circle.',
    ENAMETOOLONG: 'The path is too long.',
  };
  throw new AppError('VALIDATION_006', {
    message: (typeof code === 'string' ? why[code] : undefined) ?? 'The file cannot be read.',
    advice: 'Check the path, or pass the image as an https URL, a data URL or base64.',
    details: { source: cleanLabel(basename(path)), ...(roots && { allowed_roots: roots }) },
    cause,
  });
}
