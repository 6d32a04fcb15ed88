import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../../errors.ts';
import type { MakePlugin } from '../http/gateway-plugin.ts';
import { type BuiltFile, readBuilt } from './built-files.ts';
import { NOT_BUILT } from './not-built.ts';

/** No script but our own files, nothing from elsewhere; the component library writes its colours into a style element. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "media-src 'self' blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');
const BARE_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const A_YEAR = 'public, max-age=31536000, immutable';

/** The page for people: `index.html` for browsers at `/`, its files beside it. `folder`: what `npm run dashboard:build` wrote. */
export function dashboardPlugin({ folder }: { readonly folder: string }): MakePlugin {
  return () => {
    const files = readBuilt(folder);
    return {
      index: {},
      home: (request, reply) => sendHome(files.get('index.html'), request, reply),
      async routes(app) {
        const open = { schema: { hide: true }, config: { open: true } };
        for (const [name, file] of files) {
          if (name === 'index.html') continue;
          app.get(`/${name}`, open, (request, reply) => {
            reply.header('cache-control', name.startsWith('assets/') ? A_YEAR : 'no-cache');
            return sendFile(file, request, reply);
          });
        }
        // Of an earlier build, as a page asks that was open meanwhile: not there, rather than not allowed.
        app.get('/assets/*', open, (_request, reply) => {
          reply.header('cache-control', 'no-store');
          throw new AppError('SYSTEM_004');
        });
      },
    };
  };
}

async function sendHome(file: BuiltFile | undefined, request: FastifyRequest, reply: FastifyReply) {
  reply
    .header('cache-control', 'no-cache')
    .header('content-security-policy', file === undefined ? BARE_POLICY : POLICY)
    .header('permissions-policy', 'camera=(self), microphone=(), geolocation=(), payment=()')
    .header('cross-origin-opener-policy', 'same-origin')
    .header('referrer-policy', 'no-referrer');
  if (file === undefined) return reply.type('text/html; charset=utf-8').send(NOT_BUILT);
  return sendFile(file, request, reply);
}

async function sendFile(file: BuiltFile, { headers }: FastifyRequest, reply: FastifyReply) {
  reply.header('etag', file.etag).header('vary', 'Accept, Accept-Encoding').type(file.type);
  if (headers['if-none-match'] === file.etag) return reply.code(304).send();
  const small = /\bgzip\b/.test(String(headers['accept-encoding'] ?? '')) ? await file.gzipped() : null;
  return small === null ? reply.send(file.bytes) : reply.header('content-encoding', 'gzip').send(small);
}
