import { hash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';

/**
 * What is read gets an ETag, and 304 where the reader has it already. Not what writes answer: it is not what stands at the address
 * from then on.
 */
export function tagAnswers(app: FastifyInstance): void {
  app.addHook('onSend', (request, reply, payload, done) => {
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (!isRead || reply.statusCode !== 200 || !(typeof payload === 'string' || Buffer.isBuffer(payload))) {
      return done();
    }
    const tag = `"${hash('sha1', payload, 'base64')}"`;
    reply.header('etag', tag);
    if (!isAmong(tag, request.headers['if-none-match'])) return done();
    reply.code(304);
    done(null, '');
  });
}

/** RFC 9110, 13.1.2: one of a list, weak or not, or any. */
function isAmong(tag: string, known: string | undefined): boolean {
  if (known === undefined) return false;
  return known.trim() === '*' || known.split(',').some((one) => one.trim().replace(/^W\//, '') === tag);
}
