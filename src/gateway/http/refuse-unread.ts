import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { AppError } from '../../errors.ts';
import { errorBody } from './errors.ts';

/**
 * Answers what node's parser could not read as a request (a length below zero, two lengths, no HTTP at all, headers that
 * never end) in the form of every other error, and hangs up: where the next request begins is not known.
 */
export function refuseUnread(cause: NodeJS.ErrnoException, socket: Socket): void {
  if (cause.code === 'ECONNRESET' || socket.destroyed) return;
  const begun = (socket as Socket & { _httpMessage?: { headersSent: boolean } | null })._httpMessage?.headersSent;
  if (!socket.writable || begun) {
    socket.destroy(cause);
    return;
  }
  const { status, message, advice } = reason(cause.code);
  const error = new AppError('VALIDATION_002', { message, advice });
  const body = JSON.stringify(errorBody(error, `req_${randomUUID()}`, status));
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      'content-type: application/json; charset=utf-8',
      `content-length: ${Buffer.byteLength(body)}`,
      'x-content-type-options: nosniff',
      'connection: close',
      '',
      body,
    ].join('\r\n'),
    () => socket.destroy(),
  );
}

function reason(code: string | undefined): { status: number; message: string; advice: string } {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return { status: 431, message: 'The headers are too large.', advice: 'Send at most 16 KiB of headers.' };
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return { status: 413, message: 'The chunk extensions are too large.', advice: 'Send none.' };
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return { status: 408, message: 'The request did not arrive in time.', advice: 'Send it within 60 seconds.' };
    case 'HPE_INVALID_CONTENT_LENGTH':
    case 'HPE_UNEXPECTED_CONTENT_LENGTH':
      return {
        status: 400,
        message: 'The Content-Length is not one whole number, or there is more than one length.',
        advice: 'Send one Content-Length, or Transfer-Encoding alone.',
      };
    default:
      return { status: 400, message: 'This is not a valid HTTP request.', advice: 'Correct the request.' };
  }
}
