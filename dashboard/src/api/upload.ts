import { renew, token } from '../session/session.ts';
import { ApiError, Offline } from './api-error.ts';
import { addressOf } from './transport.ts';

export interface UploadOptions {
  /** Share of the bytes that have left, 0 to 1. */
  readonly onProgress?: (share: number) => void;
  readonly signal?: AbortSignal;
}

/** Sends a form and tells how far it is, which fetch cannot. Throws ApiError, Offline, or AbortError. */
export async function upload<T>(path: string, form: FormData, options: UploadOptions = {}): Promise<T> {
  const first = await send(path, form, options);
  if (first.status !== 401) return read<T>(first);
  await renew(token.value);
  return read<T>(await send(path, form, options));
}

interface Sent {
  readonly status: number;
  readonly text: string;
  readonly retryAfter: string | null;
}

function read<T>({ status, text, retryAfter }: Sent): T {
  let body: unknown = null;
  try {
    body = JSON.parse(text);
  } catch {}
  if (status < 200 || status > 299) throw new ApiError(status, body, retryAfter);
  return body as T;
}

function send(path: string, form: FormData, { onProgress, signal }: UploadOptions): Promise<Sent> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', addressOf(path));
    if (token.value !== null) request.setRequestHeader('authorization', `Bearer ${token.value}`);
    request.upload.onprogress = ({ loaded, total }) => onProgress?.(total === 0 ? 0 : loaded / total);
    request.onload = () =>
      resolve({
        status: request.status,
        text: request.responseText,
        retryAfter: request.getResponseHeader('retry-after'),
      });
    request.onerror = () => reject(new Offline(false));
    request.onabort = () => reject(new DOMException('aborted', 'AbortError'));
    signal?.addEventListener('abort', () => request.abort(), { once: true });
    request.send(form);
  });
}
