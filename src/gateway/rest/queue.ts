import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import { DeadAnalysis, QueueStatus, Replay } from '../../contract/queue.ts';
import type { Services } from '../../services.ts';
import { bodyOf, paramsOf, queryOf } from './accept.ts';
import { pageOf, paging, sendPageHeaders } from './page.ts';
import { routeCall } from './route-call.ts';
import { describe } from './route-docs.ts';

const tag = 'queue';
const List = z.strictObject({ ...paging });
const One = z.strictObject({ id: z.string().min(1).max(200) });
const REPLAY = {
  input: z.strictObject({ id: z.string().min(1).max(200).optional().describe('this one; absent: all') }),
};
const Forgotten = z.strictObject({ id: z.string(), deleted: z.literal(true) });

/** Analyses that wait for workers. */
export function routeQueue(app: FastifyInstance, { queue, capabilities }: Services): void {
  app.get(
    '/queue',
    {
      schema: describe({
        tag,
        id: 'queueStatus',
        permission: 'servers:read',
        title: 'What waits in the queue, and who works',
        about: 'null: H200_QUEUE is unset, so that each server computes itself.',
        answer: QueueStatus.nullable(),
      }),
    },
    async (request, reply) => {
      const status = await queue.status(routeCall(request, reply));
      return reply.type('application/json').send(JSON.stringify(status));
    },
  );

  app.get(
    '/queue/dead',
    {
      schema: describe({
        tag,
        id: 'deadAnalyses',
        permission: 'admin:system',
        title: 'Analyses that the workers gave up, newest first',
        about: 'They are kept for 7 days, 200 at most.',
        query: List,
        answer: z.array(DeadAnalysis),
      }),
    },
    async (request, reply) => {
      const call = routeCall(request, reply);
      const page = await pageOf((one) => queue.dead(call, one), queryOf(request, { input: List }));
      sendPageHeaders(reply, page);
      return page.items;
    },
  );

  if (capabilities.readOnly) return;

  app.post(
    '/queue/dead/replay',
    {
      schema: describe({
        tag,
        id: 'replayDeadAnalyses',
        permission: 'admin:system',
        title: 'Analyse them once more',
        about: 'For their owners, whose the answers are. One that fails again is kept.',
        body: REPLAY.input,
        answer: z.array(Replay),
      }),
    },
    async (request, reply) => {
      const call = routeCall(request, reply);
      const { id } = bodyOf(request, REPLAY);
      return id === undefined ? queue.replayAll(call) : [await queue.replay(call, id)];
    },
  );

  app.delete(
    '/queue/dead/:id',
    {
      schema: describe({
        tag,
        id: 'deleteDeadAnalysis',
        permission: 'admin:system',
        title: 'Forget one, with its photo',
        params: One,
        answer: Forgotten,
      }),
    },
    async (request, reply) => {
      const { id } = paramsOf(request, One);
      await queue.forget(routeCall(request, reply), id);
      return { id, deleted: true };
    },
  );
}
