import {
  A2A_CONTENT_TYPE,
  AgentCard,
  ListTasksResponse,
  Message,
  SendMessageRequest,
  StreamResponse,
  Task,
  TaskPushNotificationConfig,
  TaskState,
  taskStateFromJSON,
} from '@a2a-js/sdk';
import { RequestMalformedError, UnsupportedOperationError } from '@a2a-js/sdk/errors';
import { type ServerCallContext, validateVersion } from '@a2a-js/sdk/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { HTTP_PATH } from './agent-card.ts';
import { contextOf } from './caller.ts';
import { restErrorAnswer, retryAfterOf } from './errors.ts';
import { sendEvents } from './event-stream.ts';
import { checkSendRequest, checkTarget } from './message-shape.ts';
import type { Handler } from './request-handler.ts';
import type { Streams } from './streams.ts';

interface Call {
  readonly handler: Handler;
  readonly context: ServerCallContext;
  /** Of the path, decoded. */
  readonly ids: readonly string[];
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
}

interface Answer {
  readonly json: unknown;
}

interface Stream {
  readonly events: AsyncGenerator<StreamResponse>;
  readonly toTheEnd: boolean;
}

type Operation = readonly [method: string, path: RegExp, run: (call: Call) => Promise<Answer> | Stream];

const ok = (json: unknown): Answer => ({ json });
const TASK = '([^/:]{1,256})';
const at = (path: string) => new RegExp(`^${path}$`);
const PUSH = `/tasks/${TASK}/pushNotificationConfigs`;
const byId = ({ ids: [id = ''] }: Call) => ({ id, tenant: '' });

const subscribe = (call: Call): Stream => ({
  events: call.handler.resubscribe(byId(call), call.context),
  toTheEnd: false,
});

/** HTTP+JSON: what each address does. */
const OPERATIONS: readonly Operation[] = [
  [
    'POST',
    at('/message:send'),
    async ({ handler, context, body }) => {
      const answer = await handler.sendMessage(sendRequest(body), context);
      return ok('messageId' in answer ? { message: Message.toJSON(answer) } : { task: Task.toJSON(answer) });
    },
  ],
  [
    'POST',
    at('/message:stream'),
    ({ handler, context, body }) => ({ events: handler.sendMessageStream(sendRequest(body), context), toTheEnd: true }),
  ],
  ['GET', at(`/tasks/${TASK}:subscribe`), subscribe],
  ['POST', at(`/tasks/${TASK}:subscribe`), subscribe],
  [
    'POST',
    at(`/tasks/${TASK}:cancel`),
    async (call) =>
      ok(Task.toJSON(await call.handler.cancelTask({ ...byId(call), metadata: undefined }, call.context))),
  ],
  [
    'GET',
    at(`/tasks/${TASK}`),
    async (call) => {
      const historyLength = count(call.query, 'historyLength');
      const asked = { ...byId(call), ...(historyLength !== undefined && { historyLength }) };
      return ok(Task.toJSON(await call.handler.getTask(asked, call.context)));
    },
  ],
  ['GET', at('/tasks'), listTasks],
  [
    'POST',
    at(PUSH),
    async ({ handler, context, ids: [taskId = ''], body }) => {
      checkTarget(objectOf(body));
      const config = TaskPushNotificationConfig.fromJSON({ ...objectOf(body), taskId, tenant: '' });
      return ok(TaskPushNotificationConfig.toJSON(await handler.createTaskPushNotificationConfig(config, context)));
    },
  ],
  [
    'GET',
    at(PUSH),
    async ({ handler, context, ids: [taskId = ''], query }) => {
      const pageSize = count(query, 'pageSize') ?? 0;
      const asked = { taskId, tenant: '', pageSize, pageToken: query.pageToken ?? '' };
      const { configs, nextPageToken } = await handler.listTaskPushNotificationConfigs(asked, context);
      return ok({ configs: configs.map((one) => TaskPushNotificationConfig.toJSON(one)), nextPageToken });
    },
  ],
  [
    'GET',
    at(`${PUSH}/([^/]{1,256})`),
    async ({ handler, context, ids: [taskId = '', id = ''] }) =>
      ok(
        TaskPushNotificationConfig.toJSON(
          await handler.getTaskPushNotificationConfig({ taskId, id, tenant: '' }, context),
        ),
      ),
  ],
  [
    'DELETE',
    at(`${PUSH}/([^/]{1,256})`),
    async ({ handler, context, ids: [taskId = '', id = ''] }) => {
      await handler.deleteTaskPushNotificationConfig({ taskId, id, tenant: '' }, context);
      // As google.protobuf.Empty is written: clients read a body.
      return ok({});
    },
  ],
  [
    'GET',
    at('/extendedAgentCard'),
    async ({ handler, context }) =>
      ok(AgentCard.toJSON(await handler.getAuthenticatedExtendedAgentCard({ tenant: '' }, context))),
  ],
];

export function answerHttp(handler: Handler, streams: Streams) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    const failed = (thrown: unknown) => restErrorAnswer(thrown).body;
    try {
      const context = contextOf(request, reply);
      validateVersion(context.requestedVersion, await handler.getAgentCard(), 'HTTP+JSON');
      const [run, ids] = operationOf(request);
      const query = request.query as Readonly<Record<string, string>>;
      const done = run({ handler, context, ids, query, body: request.body });
      if ('events' in done) {
        const { events, toTheEnd } = done;
        const shown = (event: unknown) => StreamResponse.toJSON(event as StreamResponse);
        await streams.during(request, () => sendEvents(reply, events, shown, failed, { toTheEnd }));
        return reply;
      }
      const { json } = await done;
      return reply.type(A2A_CONTENT_TYPE).send(JSON.stringify(json));
    } catch (thrown) {
      if (reply.sent) return reply;
      const { status, body } = restErrorAnswer(thrown);
      const retryAfterS = retryAfterOf(thrown);
      if (retryAfterS !== undefined) reply.header('retry-after', String(retryAfterS));
      return reply.code(status).type(A2A_CONTENT_TYPE).send(JSON.stringify(body));
    }
  };
}

function operationOf({ method, url }: FastifyRequest): [Operation[2], string[]] {
  const path = (url.split('?')[0] ?? '').slice(HTTP_PATH.length);
  const asked = method === 'HEAD' ? 'GET' : method;
  for (const [of, pattern, run] of OPERATIONS) {
    const found = of === asked ? pattern.exec(path) : null;
    if (found !== null) return [run, found.slice(1).map(decoded)];
  }
  throw new UnsupportedOperationError('There is no such operation at this address.');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new RequestMalformedError('The address is malformed.');
  }
}

function objectOf(body: unknown): object {
  if (body === undefined || body === null) return {};
  if (typeof body !== 'object' || Array.isArray(body)) throw new RequestMalformedError('The body must be an object.');
  return body;
}

function sendRequest(body: unknown): SendMessageRequest {
  checkSendRequest(objectOf(body));
  return SendMessageRequest.fromJSON({ ...objectOf(body), tenant: '' });
}

async function listTasks({ handler, context, query }: Call): Promise<Answer> {
  const pageSize = count(query, 'pageSize');
  const historyLength = count(query, 'historyLength');
  const includeArtifacts = query.includeArtifacts === 'true';
  const response = await handler.listTasks(
    {
      tenant: '',
      contextId: query.contextId ?? '',
      status: stateOf(query.status),
      pageSize,
      pageToken: query.pageToken ?? '',
      historyLength,
      statusTimestampAfter: query.statusTimestampAfter || undefined,
      includeArtifacts,
    },
    context,
  );
  const { tasks = [] } = ListTasksResponse.toJSON(response) as { tasks?: object[] };
  return ok({
    tasks: includeArtifacts ? tasks.map((task) => ({ artifacts: [], ...task })) : tasks,
    nextPageToken: response.nextPageToken,
    pageSize: response.pageSize,
    totalSize: response.totalSize,
  });
}

function stateOf(named: string | undefined): TaskState {
  if (named === undefined || named === '') return TaskState.TASK_STATE_UNSPECIFIED;
  const state = taskStateFromJSON(/^\d+$/.test(named) ? Number(named) : named);
  if (state === TaskState.UNRECOGNIZED) throw new RequestMalformedError('There is no such state.');
  return state;
}

function count(query: Readonly<Record<string, string>>, name: string): number | undefined {
  const text = query[name];
  if (text === undefined || text === '') return undefined;
  if (typeof text !== 'string' || !/^-?\d{1,9}$/.test(text))
    throw new RequestMalformedError(`${name} must be a whole number.`);
  if (Number(text) < 0) throw new RequestMalformedError(`${name} must not be negative.`);
  return Number(text);
}
