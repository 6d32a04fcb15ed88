import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import { Feedback, FeedbackId, FeedbackInput } from '../../contract/feedback.ts';
import { AnalysisId } from '../../contract/ids.ts';
import type { Services } from '../../services.ts';
import { bodyOf, paramsOf, queryOf } from './accept.ts';
import { pageOf, paging, sendPageHeaders } from './page.ts';
import { routeCall } from './route-call.ts';
import { describe } from './route-docs.ts';

const tag = 'feedback';
const GIVEN = { input: FeedbackInput, aliases: { request_id: 'analysis_id', comment: 'comments' } };
const List = z.strictObject({
  analysis_id: AnalysisId.optional().describe('of this one alone, all at once'),
  ...paging,
});
const One = z.strictObject({ feedback_id: FeedbackId });
const Deleted = z.strictObject({ feedback_id: z.string(), deleted: z.literal(true) });

/** What people say of answers. */
export function routeFeedback(app: FastifyInstance, { feedback, capabilities }: Services): void {
  app.get(
    '/analyze/feedback',
    {
      schema: describe({
        tag,
        id: 'listFeedback',
        permission: 'analysis:read',
        title: 'What you said of analyses, newest first',
        query: List,
        answer: z.array(Feedback),
      }),
    },
    async (request, reply) => {
      const call = routeCall(request, reply);
      const { analysis_id: id, ...asked } = queryOf(request, { input: List });
      if (id !== undefined) {
        const all = await feedback.ofAnalysis(call, id);
        reply.header('x-total-count', String(all.length));
        return all;
      }
      const page = await pageOf((one) => feedback.list(call, one), asked);
      sendPageHeaders(reply, page, await feedback.count(call));
      return page.items;
    },
  );

  if (capabilities.readOnly) return;

  app.post(
    '/analyze/feedback',
    {
      schema: describe({
        tag,
        id: 'giveFeedback',
        permission: 'analysis:write',
        title: 'Say that an answer was right or wrong',
        about: 'Of the whole analysis, an object or a rule. It is kept and counted, and changes no result.',
        body: FeedbackInput,
        answer: Feedback,
        status: 201,
      }),
    },
    async (request, reply) => {
      const given = await feedback.give(routeCall(request, reply), bodyOf(request, GIVEN));
      reply.code(201);
      return given;
    },
  );

  app.delete(
    '/analyze/feedback/:feedback_id',
    {
      schema: describe({
        tag,
        id: 'deleteFeedback',
        permission: 'analysis:write',
        title: 'Take it back',
        params: One,
        answer: Deleted,
      }),
    },
    async (request, reply) => {
      const { feedback_id } = paramsOf(request, One);
      await feedback.delete(routeCall(request, reply), feedback_id);
      return { feedback_id, deleted: true };
    },
  );
}
