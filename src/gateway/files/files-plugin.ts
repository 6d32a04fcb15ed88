import { Readable } from 'node:stream';
import { AppError } from '../../errors.ts';
import type { MakePlugin } from '../http/gateway-plugin.ts';
import { whenClosed } from '../when-closed.ts';

/** Where the links of `Services.files` lead; a token is longer than the parameters of a path may be. */
const FILES = '/files/*';

/** Stored files by links that were signed; who has one needs no login, and no other address gives a file. */
export function filesPlugin(): MakePlugin {
  return ({ files }) => ({
    index: {},
    async routes(app) {
      app.get<{ Params: { '*': string } }>(FILES, { config: { open: true } }, async (request, reply) => {
        const gone = new AbortController();
        whenClosed(reply.raw, () => gone.abort(new AppError('ANALYSIS_006')));
        const { stream, size, contentType, fileName } = await files.open(request.params['*'], gone.signal);
        reply
          .type(contentType)
          .header('content-length', size)
          .header('content-disposition', `inline; filename="${fileName}"`)
          .header('cache-control', 'private, no-store')
          .header('content-security-policy', "default-src 'none'; sandbox")
          .header('x-content-type-options', 'nosniff')
          .header('referrer-policy', 'no-referrer');
        if (request.method !== 'HEAD') return reply.send(stream);
        stream.destroy();
        // Nothing at all would be sent as a file without bytes.
        return reply.send(Readable.from([]));
      });
    },
  });
}
