import { isUtf8 } from 'node:buffer';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { demand } from '../../access/can.ts';
import type { CallContext } from '../../contract/call-context.ts';
import { AppError } from '../../errors.ts';
import type { Services } from '../../services.ts';
import { clientOf } from '../http/client-of.ts';
import { errorBody, sendError } from '../http/errors.ts';
import type { MakePlugin } from '../http/gateway-plugin.ts';
import { callerOf } from '../http/identify.ts';
import { originOf } from '../http/origin-of.ts';
import { readOnce } from '../http/read-json.ts';
import { CALL_LIMIT_MS } from '../mcp/protocol/running-requests.ts';
import type { McpSurface } from '../mcp/protocol/surface.ts';
import { holdsTooManyValues, MAX_MESSAGE_VALUES } from '../mcp/transports/count-values.ts';
import { MAX_MESSAGE_BYTES, SETTLE_MS } from '../mcp/transports/limits.ts';
import { mediaTypeFor } from './media-type.ts';
import { OpenRuns } from './open-runs.ts';

const AG_UI = '/ag-ui';

/** AG-UI 1.0: the journey of a photo and the making of rules as a stream of events for a front end. */
export function aguiPlugin(surface: McpSurface): MakePlugin {
  return (services) => ({
    index: { ag_ui: AG_UI },
    resources: [AG_UI],
    async routes(app) {
      app.setErrorHandler(sendRunError);
      readJson(app);
      const runs = new OpenRuns(surface.callLimitMs ?? CALL_LIMIT_MS);
      app.addHook('preClose', () => runs.settle(SETTLE_MS));
      app.post(
        AG_UI,
        { bodyLimit: MAX_MESSAGE_BYTES, config: { resource: AG_UI, scopes: ['analysis:write'] } },
        (request, reply) => answer(services, surface, runs, request, reply),
      );
    },
  });
}

async function answer(
  services: Services,
  surface: McpSurface,
  runs: OpenRuns,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  // What only an AG-UI client needs is loaded by the first.
  const [{ lastWords, readRunInput }, { answerOnce, resumedBy }, { planOf }, { runAgent }, { EventStream }] =
    await Promise.all([
      import('./run-input.ts'),
      import('./interrupts.ts'),
      import('../../agent/plan.ts'),
      import('./run-agent.ts'),
      import('./event-stream.ts'),
    ]);
  const principal = callerOf(request);
  const input = readRunInput(request.body);
  const resumed = await resumedBy(surface, principal, input);
  const words = lastWords(input);
  const calls = resumed?.calls ?? planOf(words, !services.capabilities.readOnly);
  // Who may do none of it learns so before anything is done.
  for (const { tool } of calls) {
    demand(principal, surface.tools.find(({ name }) => name === tool)!.permission);
  }
  if (resumed !== null && !services.capabilities.readOnly) {
    await answerOnce(services.idempotency, principal, resumed);
  }
  services.warm();
  // A client that has gone already would never be missed.
  if (reply.raw.destroyed) return reply.hijack();
  reply.hijack();
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  const stream = new EventStream(reply.raw, mediaTypeFor(request.headers.accept));
  await runs.run(gone.signal, (signal) => {
    const call: CallContext & { signal: AbortSignal } = { principal, client: clientOf(request), signal };
    return runAgent({
      ...{ services, surface, input, call, calls, resumed, named: words.named, origin: originOf(request) },
      emit: (event) => stream.emit(event),
      drained: () => stream.drained(),
    });
  });
  stream.end();
  return reply;
}

function readJson(app: FastifyInstance): void {
  const read = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser(['application/json', 'text/plain']);
  app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const text = isUtf8(body) ? body.toString('utf8') : null;
    if (text === null) done(new AppError('VALIDATION_002', { message: 'The body is not valid UTF-8.' }));
    else if (holdsTooManyValues(text)) done(tooManyValues());
    else readOnce(read)(request, text, done);
  });
}

const tooManyValues = () =>
  new AppError('VALIDATION_002', {
    message: `The body holds more than ${MAX_MESSAGE_VALUES} values.`,
    advice: 'Send fewer messages of the thread: only the last of the person is read.',
    details: { max_values: MAX_MESSAGE_VALUES },
  });

/** AG-UI knows 400 for what cannot be run, whatever is wrong with it. */
function sendRunError(thrown: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (!(thrown instanceof AppError) || thrown.http !== 422) return sendError(thrown, request, reply);
  return reply.code(400).send(errorBody(thrown, request.id, 400));
}
