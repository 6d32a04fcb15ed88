import { randomUUID } from 'node:crypto';
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { AppError } from '../../errors.ts';
import { errorBody } from './errors.ts';

/**
 * Answers what node's parser could not read as a request (a length below zero, two lengths, no HTTP at all, headers that
 * never end) in the form of every other error, and hangs up: where the next request begins is not known.
 */
export function refuseUnread(cause: NodeJS.ErrnoException, socket: Socket): void {
  if (socket.destroyed) return;
  // A handshake that does not end or is none: nothing can be said on a connection that is not there yet, and to end it waits for ever.
  if (cause.code === 'ECONNRESET' || isHandshake(cause)) {
    socket.destroy();
    return;
  }
  const begun = (socket as Socket & { _httpMessage?: { headersSent: boolean } | null })._httpMessage?.headersSent;
  if (!socket.writable || begun) {
    socket.destroy(cause);
    return;
  }
  const { status, message, advice } = reason(cause.code);
  hangUp(socket, new AppError('VALIDATION_002', { message, advice }), status);
}

const isHandshake = ({ code = '' }: NodeJS.ErrnoException): boolean =>
  code === 'EPROTO' || code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_');

/** The methods of this server, for a request that names no address of it. */
const ALLOWED = ['GET', 'HEAD', 'POST', 'DELETE', 'OPTIONS'];

/** CONNECT asks for a tunnel, which node hands over as a bare socket: 405, and hangs up. */
export function refuseTunnel({ method }: IncomingMessage, socket: Duplex): void {
  socket.on('error', () => socket.destroy());
  const error = new AppError('SYSTEM_005', { details: { method, allowed_methods: ALLOWED } });
  hangUp(socket, error, error.http, [`allow: ${ALLOWED.join(', ')}`]);
}

/** An expectation other than 100-continue, which node would refuse without a body: 417, and hangs up. */
export function refuseExpectation(_request: IncomingMessage, response: ServerResponse): void {
  const error = new AppError('VALIDATION_002', {
    message: 'This server cannot meet what the Expect header asks for.',
    advice: 'Send no Expect header, or Expect: 100-continue.',
    details: { header: 'Expect' },
  });
  const body = JSON.stringify(errorBody(error, `req_${randomUUID()}`, 417));
  response.writeHead(417, headersOf(body)).end(body);
}

const headersOf = (body: string) => ({
  'content-type': 'application/json; charset=utf-8',
  'content-length': String(Buffer.byteLength(body)),
  'x-content-type-options': 'nosniff',
  connection: 'close',
});

/** Who does not take the answer is hung up on all the same. */
const HANG_UP_MS = 2000;

function hangUp(socket: Duplex, error: AppError, status: number, more: readonly string[] = []): void {
  const body = JSON.stringify(errorBody(error, `req_${randomUUID()}`, status));
  const headers = Object.entries(headersOf(body)).map(([name, value]) => `${name}: ${value}`);
  const hung = setTimeout(() => socket.destroy(), HANG_UP_MS).unref();
  socket.end([`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...headers, ...more, '', body].join('\r\n'), () => {
    clearTimeout(hung);
    socket.destroy();
  });
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
