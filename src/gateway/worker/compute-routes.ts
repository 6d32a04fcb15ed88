import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Compute } from '../../analysis/away/compute.ts';

interface ComputeRoutes {
  readonly mostBytes: number;
  /** Does the job where the caller may, until nobody waits any more. */
  readonly admitted: (
    request: FastifyRequest,
    reply: FastifyReply,
    job: (signal: AbortSignal) => Promise<string>,
  ) => Promise<string | FastifyReply>;
}

/** `/compute`: to the server of ours that asks, who this is (GET); and its work, computed (POST). */
export function routeCompute(app: FastifyInstance, compute: Compute, { mostBytes, admitted }: ComputeRoutes): void {
  app.register(async (one) => {
    one.addContentTypeParser<Buffer>('application/octet-stream', { parseAs: 'buffer' }, (_, body, done) =>
      done(null, body),
    );
    one.get('/compute', async (request, reply) => {
      reply.type('application/json');
      return admitted(request, reply, () => compute.introduction());
    });
    one.post('/compute', { bodyLimit: mostBytes }, async (request, reply) => {
      const { body } = request;
      reply.type('application/json');
      return admitted(request, reply, (signal) =>
        compute.answer(Buffer.isBuffer(body) ? body : Buffer.alloc(0), signal),
      );
    });
  });
}
