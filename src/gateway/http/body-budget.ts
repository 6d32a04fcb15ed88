import type { IncomingMessage } from 'node:http';
import { Transform } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest, RequestPayload } from 'fastify';
import { AppError } from '../../errors.ts';
import { ByteBudget, type Lease } from '../byte-budget.ts';
import { whenClosed } from '../when-closed.ts';

/**
 * Bytes of large bodies that may be received or worked on at once. Each costs about four times its size in memory: as it
 * arrives, as text, as values and as an image.
 */
export const MAX_BODY_BYTES_AT_ONCE = 96 * 1024 * 1024;
/** Bodies up to this do not count: those of MAX_CONNECTIONS are 64 MB. */
export const SMALL_BODY_BYTES = 64 * 1024;
/** A large body waits so long for room. */
export const BODY_WAIT_MS = 20_000;

const leases = new WeakMap<IncomingMessage, Lease>();

/** The lease of a request's large body, for what goes on after its answer. */
export const leaseOf = ({ raw }: FastifyRequest): Lease | undefined => leases.get(raw);

/** Large bodies are read only where there is room for them; SYSTEM_002 where none was made in time. */
export function boundBodies(app: FastifyInstance, most = MAX_BODY_BYTES_AT_ONCE, waitMs = BODY_WAIT_MS): void {
  const budget = new ByteBudget(most, waitMs);

  async function admit(request: FastifyRequest, gone: (release: () => void) => void, bytes: number): Promise<void> {
    const lease = await budget.take(bytes, () => request.raw.destroy());
    if (lease === null) throw full(waitMs);
    leases.set(request.raw, lease);
    gone(() => lease.release());
  }

  app.addHook('preParsing', (request, reply, payload, done) => {
    const { 'content-length': told, 'transfer-encoding': coding } = request.headers;
    // No body comes (RFC 9112, 6.3).
    if (told === undefined && coding === undefined) return done(null, payload);
    if (Number(told ?? Number.NaN) <= SMALL_BODY_BYTES) return done(null, payload);
    receive(request, reply, payload).then((body) => done(null, body), done);
  });

  async function receive(
    request: FastifyRequest,
    reply: FastifyReply,
    payload: RequestPayload,
  ): Promise<RequestPayload> {
    const whenGone = (release: () => void) => whenClosed(reply.raw, release);
    const length = Number(request.headers['content-length'] ?? Number.NaN);
    const { bodyLimit } = request.routeOptions;
    // What is too large is refused as such, unread.
    if (length > (bodyLimit ?? 0)) return payload;
    if (!Number.isNaN(length)) {
      await admit(request, whenGone, length);
      return payload;
    }
    // A form is read from the socket itself, so that nothing may stand between: room for the most is taken beforehand.
    if (/^multipart\//i.test(request.headers['content-type'] ?? '')) {
      await admit(request, whenGone, bodyLimit ?? most);
      return payload;
    }
    // Nobody has said how much comes: room for the most is wanted as soon as it is no longer small.
    let seen = 0;
    let admitted: Promise<void> | undefined;
    const gate = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        seen += chunk.length;
        if (seen <= SMALL_BODY_BYTES) return done(null, chunk);
        admitted ??= admit(request, whenGone, bodyLimit ?? most);
        admitted.then(() => done(null, chunk), done);
      },
    });
    payload.on('error', (error) => gate.destroy(error));
    // Where nobody reads the body, nobody else hears of it.
    gate.on('error', () => {});
    return Object.assign(payload.pipe(gate), { receivedEncodedLength: 0 });
  }

  app.addHook('preValidation', (request, _reply, done) => {
    leaseOf(request)?.arrived();
    done();
  });
}

const full = (waitMs: number) =>
  new AppError('SYSTEM_002', {
    message: 'Too many large requests are under way.',
    advice: 'Try again after the seconds named in retry_after_s, or pass a path or an https URL instead of the bytes.',
    retryAfterS: Math.max(1, Math.ceil(waitMs / 1000)),
  });
