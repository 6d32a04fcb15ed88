import { join } from 'node:path';
import { AppError } from '../../errors.ts';
import type { ModelFileEntry } from './entry.ts';

const OFFLINE = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'ECONNREFUSED',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Faults that the same command meets again: of the network, of certificates, and what the server refuses. */
const LASTING = /^(CERT_|ERR_TLS_|SELF_SIGNED_|DEPTH_ZERO_|UNABLE_TO_|HOSTNAME_MISMATCH|HTTP 4)/;

/**
 * A failed download as an error that says plainly what to do. `where` is the host or file that was asked, `directory`
 * where the file belongs.
 */
export function downloadError(entry: ModelFileEntry, where: string, directory: string, cause: unknown): AppError {
  if (cause instanceof AppError) return cause;
  const code = errorCode(cause);
  if (code === 'ENOSPC' || code === 'EACCES' || code === 'EROFS' || code === 'EPERM') return diskProblem(code, cause);
  const problem = (message: string, advice: string) =>
    new AppError('SYSTEM_001', { message, advice, details: { model: entry.name, host: where }, cause });
  if (code === 'ENOENT') {
    return problem(`There is no ${where} in that folder.`, 'Give the folder that holds the model file.');
  }
  const elsewhere = `${byHand(entry, directory)}\nBehind a proxy set HTTPS_PROXY and NODE_USE_ENV_PROXY=1.`;
  if (code !== null && OFFLINE.has(code)) {
    const what = `${where} cannot be reached from this machine (${code}).`;
    return problem(`The model cannot be downloaded: ${what}`, elsewhere);
  }
  const why = reason(cause);
  if (LASTING.test(why)) return problem(`The model cannot be downloaded from ${where} (${why}).`, elsewhere);
  return problem(
    `The download from ${where} broke off (${why}); what has arrived is kept.`,
    `Run the same command again: it continues. Without a network:\n${elsewhere}`,
  );
}

/** How to carry the file over from a machine with a network, with all that is needed to find and to check it. */
export function byHand(entry: ModelFileEntry, directory: string): string {
  const size = entry.bytes === null ? '' : `${entry.bytes} bytes, `;
  return [
    entry.urls.length > 0
      ? 'Download the file on another machine and carry it over:'
      : 'Put the file in place by hand:',
    ...entry.urls.map((url) => `  from  ${url}`),
    `  file  ${size}sha256 ${entry.sha256}`,
    `  to    ${join(directory, entry.file)}`,
    `Then "h200-mug models verify ${entry.name}" checks it.`,
    `A folder or a mirror that has the file: "h200-mug models fetch ${entry.name} --from DIR|URL".`,
  ].join('\n');
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
