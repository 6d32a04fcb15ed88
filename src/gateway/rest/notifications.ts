import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import { AnalysisId } from '../../contract/ids.ts';
import {
  DeadLetter,
  NotificationPreferences,
  Render,
  SenderName,
  TargetName,
  TargetStatus,
  TestOutcome,
} from '../../contract/notification.ts';
import type { Services } from '../../services.ts';
import { bodyOf, paramsOf, queryOf } from './accept.ts';
import { pageOf, paging, sendPageHeaders } from './page.ts';
import { routeCall } from './route-call.ts';
import { describe } from './route-docs.ts';

const tag = 'notifications';
const List = z.strictObject({ ...paging });
const OneAnalysis = z.strictObject({ analysis_id: AnalysisId });
const One = z.strictObject({ id: z.string().min(1).max(200) });
const TEST = { input: z.strictObject({ target: TargetName }), aliases: { channel: 'target' } };
const REPLAY = {
  input: z.strictObject({
    id: z.string().min(1).max(200).optional().describe('this one; absent: all'),
    target: SenderName.optional().describe('all of this target'),
  }),
};
const Replayed = z.strictObject({ replayed: z.int() });
const Forgotten = z.strictObject({ id: z.string(), deleted: z.literal(true) });

/** Messages that leave the house. */
export function routeNotifications(app: FastifyInstance, { notifications, capabilities }: Services): void {
  app.get(
    '/notifications',
    {
      schema: describe({
        tag,
        id: 'notificationTargets',
        permission: 'servers:read',
        title: 'Where messages are sent, and whether they arrive',
        answer: z.array(TargetStatus),
      }),
    },
    (request, reply) => notifications.status(routeCall(request, reply)),
  );

  app.get(
    '/notifications/preferences',
    {
      schema: describe({
        tag,
        id: 'notificationPreferences',
        permission: 'analysis:read',
        title: 'What people are told of your analyses',
        answer: NotificationPreferences,
      }),
    },
    (request, reply) => notifications.preferences(routeCall(request, reply)),
  );

  app.get(
    '/notifications/dead-letters',
    {
      schema: describe({
        tag,
        id: 'deadLetters',
        permission: 'admin:system',
        title: 'Messages that could not be delivered, newest first',
        about: 'They are kept for 30 days.',
        query: List,
        answer: z.array(DeadLetter),
      }),
    },
    async (request, reply) => {
      const call = routeCall(request, reply);
      const page = await pageOf((one) => notifications.deadLetters(call, one), queryOf(request, { input: List }));
      sendPageHeaders(reply, page);
      return page.items;
    },
  );

  app.get(
    '/analyze/results/:analysis_id/render',
    {
      schema: describe({
        tag,
        id: 'analysisRender',
        permission: 'analysis:read',
        title: 'The picture that Templated.io made of an analysis',
        params: OneAnalysis,
        answer: Render,
      }),
    },
    (request, reply) => notifications.render(routeCall(request, reply), paramsOf(request, OneAnalysis).analysis_id),
  );

  if (capabilities.readOnly) return;

  // What is posted is not read: the render is asked for.
  app.post<{ Params: { token: string } }>(
    '/notifications/templated/:token',
    { config: { open: true }, schema: { hide: true } },
    async (request) => {
      await notifications.confirmRender(request.params.token);
      return { ok: true };
    },
  );

  app.put(
    '/notifications/preferences',
    {
      schema: describe({
        tag,
        id: 'setNotificationPreferences',
        permission: 'analysis:read',
        title: 'Say what people are told of your analyses',
        body: NotificationPreferences,
        answer: NotificationPreferences,
      }),
    },
    (request, reply) =>
      notifications.setPreferences(routeCall(request, reply), bodyOf(request, { input: NotificationPreferences })),
  );

  app.post(
    '/notifications/test',
    {
      schema: describe({
        tag,
        id: 'testNotification',
        permission: 'admin:system',
        title: 'Send a test',
        about: 'Answers 200 also where it failed, and says why.',
        body: TEST.input,
        answer: TestOutcome,
      }),
    },
    (request, reply) => notifications.test(routeCall(request, reply), bodyOf(request, TEST).target),
  );

  app.post(
    '/notifications/dead-letters/replay',
    {
      schema: describe({
        tag,
        id: 'replayDeadLetters',
        permission: 'admin:system',
        title: 'Send them once more',
        body: REPLAY.input,
        answer: Replayed,
      }),
    },
    async (request, reply) => {
      const call = routeCall(request, reply);
      const { id, target } = bodyOf(request, REPLAY);
      if (id === undefined) return { replayed: await notifications.replayAll(call, target) };
      await notifications.replay(call, id);
      return { replayed: 1 };
    },
  );

  app.delete(
    '/notifications/dead-letters/:id',
    {
      schema: describe({
        tag,
        id: 'deleteDeadLetter',
        permission: 'admin:system',
        title: 'Forget one',
        params: One,
        answer: Forgotten,
      }),
    },
    async (request, reply) => {
      const { id } = paramsOf(request, One);
      await notifications.forget(routeCall(request, reply), id);
      return { id, deleted: true };
    },
  );
}
