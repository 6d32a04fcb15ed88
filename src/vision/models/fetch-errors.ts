import { AppError } from '../../errors.ts';
import type { ModelEntry } from './manifest.ts';

const OFFLINE = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'ECONNREFUSED',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** A failed download as an error that says plainly what to do. `where` is the host or file that was asked. */
export function downloadError(entry: ModelEntry, where: string, cause: unknown): AppError {
  if (cause instanceof AppError) return cause;
  const code = errorCode(cause);
  if (code === 'ENOSPC' || code === 'EACCES' || code === 'EROFS' || code === 'EPERM') return diskProblem(code, cause);
  const elsewhere =
    `Copy ${entry.file} from another machine, then run "h200-mug models fetch ${entry.name} --from DIR". ` +
    'Behind a proxy set HTTPS_PROXY and NODE_USE_ENV_PROXY=1.';
  if (code !== null && OFFLINE.has(code)) {
    return new AppError('SYSTEM_001', {
      message: `The model cannot be downloaded: ${where} cannot be reached from this machine (${code}).`,
      advice: elsewhere,
      details: { model: entry.name, host: where },
      cause,
    });
  }
  const missing = code === 'ENOENT';
  return new AppError('SYSTEM_001', {
    message: missing
      ? `There is no ${where} in that folder.`
      : `The download from ${where} broke off (${reason(cause)}); what has arrived is kept.`,
    advice: missing ? 'Give the folder that holds the model file.' : 'Run the same command again: it continues.',
    details: { model: entry.name, host: where },
    cause,
  });
}

/** For `.catch` on file operations. */
export function diskError(cause: unknown): never {
  throw diskProblem(errorCode(cause), cause);
}

function diskProblem(code: string | null, cause: unknown): AppError {
  if (code === 'ENOSPC') {
    return new AppError('STORAGE_003', { advice: 'Free space in the folder named by H200_MODELS_DIR.', cause });
  }
  return new AppError('STORAGE_001', {
    message: `The model folder cannot be written (${code ?? 'unknown reason'}).`,
    advice: 'Check the rights of the folder named by H200_MODELS_DIR.',
    cause,
  });
}

/** `code` of the error or of what caused it: fetch wraps the network's error. */
function errorCode(thrown: unknown): string | null {
  for (let e: unknown = thrown; e instanceof Error; e = e.cause) {
    if ('code' in e && typeof e.code === 'string') return e.code;
    if (e instanceof AggregateError && e.errors.length > 0) return errorCode(e.errors[0]);
  }
  return null;
}

/** Only words of ours or of the runtime: never text that a server sent. */
function reason(thrown: unknown): string {
  const code = errorCode(thrown);
  if (code !== null) return code;
  return thrown instanceof Error && /^(HTTP \d{3}|stalled|the )/.test(thrown.message)
    ? thrown.message
    : 'no reason given';
}
