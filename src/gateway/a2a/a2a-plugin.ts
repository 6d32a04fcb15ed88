import { AgentCard } from '@a2a-js/sdk';
import type { ServerCallContext } from '@a2a-js/sdk/server';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { CardKeys } from '../../ports/card-keys.ts';
import type { Services } from '../../services.ts';
import { carry } from '../carried-lease.ts';
import { leaseOf } from '../http/body-budget.ts';
import { clientOf } from '../http/client-of.ts';
import { sendError } from '../http/errors.ts';
import type { MakePlugin } from '../http/gateway-plugin.ts';
import { originOf } from '../http/origin-of.ts';
import {
  CARD_PATH,
  extendedCard,
  HTTP_PATH,
  KEYS_PATH,
  publicCard,
  RPC_PATH,
  withLegacyMembers,
} from './agent-card.ts';
import { MAX_BODY_BYTES, readBodies } from './body.ts';
import { callFor, originFor, versionOf } from './caller.ts';
import { bodyError, restErrorAnswer, rpcErrorAnswer } from './errors.ts';
import { Executor } from './executor.ts';
import { answerHttp } from './http-json.ts';
import { answerRpc } from './json-rpc.ts';
import { logTheConsole } from './quiet-sdk.ts';
import { Handler, type HandlerParts } from './request-handler.ts';
import { SignedCards } from './signed-cards.ts';
import { Streams } from './streams.ts';

const CARD_SECONDS = 300;
const LOST_FIRST_MS = 500;
const LOST_EVERY_MS = 300_000;

export interface A2aPluginOptions extends Pick<HandlerParts, 'validateInputModes'> {
  readonly keys: CardKeys;
  /** Another one than the product's, in tests. */
  readonly executor?: Executor;
}

/** A2A 1.0 for other agents: the card, JSON-RPC at /a2a (also 0.3), HTTP+JSON under /a2a/rest. */
export function a2aPlugin({ keys, validateInputModes, executor: given }: A2aPluginOptions): MakePlugin {
  return (services) => ({
    index: { agent_card: CARD_PATH, a2a: RPC_PATH },
    resources: [RPC_PATH],
    async routes(app) {
      const cards = new SignedCards(keys);
      const executor = given ?? new Executor(services);
      const handler = new Handler({
        card: AgentCard.fromJSON(publicCard({ origin: 'http://localhost', version: services.version, secured: false })),
        tasks: services.agentTasks,
        executor,
        extendedCard: (context) => signedFor(context, services, cards, app),
        ...(validateInputModes !== undefined && { validateInputModes }),
      });
      const endLog = logTheConsole(services.log);
      const stopTelling = tellOfLost(handler);
      app.addHook('preClose', async () => {
        stopTelling();
        await executor.close();
        handler.close();
      });
      app.addHook('onClose', async () => endLog());
      routeCards(app, services, cards);
      routeMessages(app, handler);
    },
  });
}

/** Soon after the start, what a killed server left behind is told of; later, what one on another machine did. */
function tellOfLost(handler: Handler): () => void {
  // The store gives no answer: next time.
  const tell = () => void handler.tellOfLost().catch(() => undefined);
  const first = setTimeout(tell, LOST_FIRST_MS).unref();
  const again = setInterval(tell, LOST_EVERY_MS).unref();
  return () => {
    clearTimeout(first);
    clearInterval(again);
  };
}

async function signedFor(
  context: ServerCallContext,
  { version }: Services,
  cards: SignedCards,
  app: FastifyInstance,
): Promise<AgentCard> {
  const origin = originFor(context);
  const card = extendedCard({ origin, version, secured: await isSecured(app, 'card') }, callFor(context).principal);
  return AgentCard.fromJSON((await cards.sign(card, origin)).json);
}

/** Whether callers must say who they are. */
const isSecured = (app: FastifyInstance, client: string): Promise<boolean> =>
  app.identify(undefined, client).then(
    () => false,
    () => true,
  );

function routeCards(app: FastifyInstance, { version }: Services, cards: SignedCards): void {
  const config = { open: true };
  const started = new Date().toUTCString();

  app.get(CARD_PATH, { config, schema: { hide: true } }, async (request, reply) => {
    const origin = originOf(request);
    const secured = await isSecured(app, clientOf(request));
    const { json, etag } = await cards.sign(publicCard({ origin, version, secured }), origin);
    // Clients of 0.3 name no version, or theirs.
    const legacy = ['', '0.3'].includes(versionOf(request));
    const tag = legacy ? etag.replace(/"$/, '-03"') : etag;
    reply
      .header('etag', tag)
      .header('last-modified', started)
      .header('cache-control', `public, max-age=${CARD_SECONDS}`)
      .header('vary', 'A2A-Version');
    if (matches(request, tag)) return reply.code(304).send();
    return reply.type('application/json').send(JSON.stringify(legacy ? withLegacyMembers(json) : json));
  });

  app.get(KEYS_PATH, { config, schema: { hide: true } }, async (_request, reply) => {
    reply.header('cache-control', `public, max-age=${CARD_SECONDS}`);
    return cards.jwks();
  });
}

const matches = ({ headers }: FastifyRequest, etag: string): boolean =>
  (headers['if-none-match'] ?? '').split(',').some((one) => one.trim().replace(/^W\//, '') === etag);

function routeMessages(app: FastifyInstance, handler: Handler): void {
  const streams = new Streams();
  const routes = async (inner: FastifyInstance) => {
    readBodies(inner);
    inner.setErrorHandler(sendProtocolError);
    const options = { bodyLimit: MAX_BODY_BYTES, schema: { hide: true }, exposeHeadRoute: false };
    const config = { resource: RPC_PATH };
    const within =
      (answer: (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>) =>
      (request: FastifyRequest, reply: FastifyReply) =>
        carry(leaseOf(request), () => answer(request, reply));
    inner.post(RPC_PATH, { ...options, config }, within(answerRpc(handler, streams)));
    inner.route({
      method: ['GET', 'POST', 'DELETE'],
      url: `${HTTP_PATH}/*`,
      ...options,
      config,
      handler: within(answerHttp(handler, streams)),
    });
  };
  app.register(routes);
}

/** A body that cannot be read is answered in the words of the protocol; who may not come in at all, as everywhere. */
function sendProtocolError(thrown: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const error = bodyError(thrown);
  if (error === null) return sendError(thrown, request, reply);
  if (request.url.split('?')[0] === RPC_PATH) return reply.code(200).send(rpcErrorAnswer(error, null));
  const { status, body } = restErrorAnswer(error);
  return reply.code(status).type('application/a2a+json').send(JSON.stringify(body));
}
