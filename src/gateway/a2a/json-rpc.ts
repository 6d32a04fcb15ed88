import { LegacyJsonRpcTransportHandler } from '@a2a-js/sdk/compat/v0_3/server';
import { JsonRpcTransportHandler, validateVersion } from '@a2a-js/sdk/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { contextOf, versionOf } from './caller.ts';
import {
  idOf,
  invalidRequest,
  isId,
  isLater,
  protocolError,
  retryAfterIn,
  retryAfterOf,
  rpcErrorAnswer,
  withoutInside,
} from './errors.ts';
import { sendEvents } from './event-stream.ts';
import { checkNamed, checkSendRequest, checkTarget } from './message-shape.ts';
import type { Handler } from './request-handler.ts';
import type { Streams } from './streams.ts';

/** Methods whose events are written down as they are read. */
const SENDS = new Set(['SendStreamingMessage', 'message/stream']);

/** Both versions at one address: which one is meant says the header A2A-Version. */
export function answerRpc(handler: Handler, streams: Streams) {
  const latest = new JsonRpcTransportHandler(handler);
  const legacy = new LegacyJsonRpcTransportHandler(handler);
  return async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    const body = withoutTenant(request.body);
    const id = idOf(body);
    const isLegacy = ['', '0.3'].includes(versionOf(request));
    const failed = (thrown: unknown) => {
      const answer = rpcErrorAnswer(thrown, id);
      if (!isLegacy || isLater(answer.error.code)) return answer;
      return { ...answer, error: LegacyJsonRpcTransportHandler.mapToLegacyJSONRPCError(protocolError(thrown)) };
    };
    try {
      const context = contextOf(request, reply);
      validateVersion(context.requestedVersion, await handler.getAgentCard(), 'JSONRPC');
      const { jsonrpc, method, params } = body;
      if (jsonrpc !== '2.0' || typeof method !== 'string' || !isId(body.id)) return invalidRequest(id);
      checkNamed(params);
      if (method === 'SendMessage' || method === 'SendStreamingMessage') checkSendRequest(params);
      if (method === 'CreateTaskPushNotificationConfig') checkTarget(params);
      const answer = await (isLegacy ? legacy : latest).handle(body, context);
      if (!(Symbol.asyncIterator in answer)) {
        const shown = withoutInside(answer);
        const later = retryAfterIn(shown);
        if (later !== undefined) reply.header('retry-after', later);
        return shown;
      }
      await streams.during(request, () =>
        sendEvents(reply, answer[Symbol.asyncIterator](), (event) => event, failed, {
          toTheEnd: SENDS.has(method),
        }),
      );
      return reply;
    } catch (thrown) {
      if (reply.sent) return reply;
      const retryAfterS = retryAfterOf(thrown);
      if (retryAfterS !== undefined) reply.header('retry-after', String(retryAfterS));
      return failed(thrown);
    }
  };
}

/** Whose a task is says who asks; there are no tenants besides. */
function withoutTenant(body: unknown): Record<string, unknown> {
  if (typeof body !== 'object' || body === null) return {};
  const { params } = body as { params?: unknown };
  if (typeof params !== 'object' || params === null || Array.isArray(params) || !('tenant' in params)) {
    return body as Record<string, unknown>;
  }
  const { tenant: _, ...rest } = params;
  return { ...body, params: rest };
}
