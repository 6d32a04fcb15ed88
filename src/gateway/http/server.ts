import { randomUUID } from 'node:crypto';
import type { ServerOptions } from 'node:http';
import type { AddressInfo } from 'node:net';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, type FastifyRequest, LogController } from 'fastify';
import { AppError } from '../../errors.ts';
import type { SharedRates } from '../../ports/rates.ts';
import type { Services } from '../../services.ts';
import { type AddressRules, createAddressGuard } from './allowed-addresses.ts';
import { boundBodies } from './body-budget.ts';
import { refuseCharset } from './charset.ts';
import { clientOf } from './client-of.ts';
import { answerCors } from './cors.ts';
import { tellDenied } from './denied.ts';
import { isOther, notServed, sendError } from './errors.ts';
import type { GatewayPlugin, MakePlugin } from './gateway-plugin.ts';
import { createGuard } from './guard.ts';
import { checkHealth, examineHealth } from './health.ts';
import { callerOf, createIdentify, LoginWatch } from './identify.ts';
import { createRateLimit } from './limit-rate.ts';
import { listenOn } from './listen.ts';
import { observe } from './observe.ts';
import { listenAlso } from './other-ports.ts';
import { routeProtectedResource } from './protected-resource.ts';
import { readJson } from './read-json.ts';
import { refuseExpectation, refuseTunnel, refuseUnread } from './refuse-unread.ts';
import { ServedHosts } from './served-hosts.ts';
import { ServedRoutes } from './served-routes.ts';
import { shareSockets } from './share-sockets.ts';
import { SlowReaders } from './slow-readers.ts';
import { renewWith, type TlsSource, tlsOptions } from './tls.ts';
import { assertBindable, hasToken } from './token.ts';
import { traceRequests } from './trace-requests.ts';
import { trustedProxy } from './trusted-proxy.ts';
import { endRefusedUpgrade, wantsWebSocket } from './upgrades.ts';

export { assertBindable } from './token.ts';

export interface HttpGatewayOptions extends AddressRules {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Further ports that answer the same. */
  readonly otherPorts?: readonly number[];
  /** A function: as it is at the moment, so that it can be replaced while the server runs. */
  readonly token?: string | undefined | (() => string | undefined);
  /** There is an administrator with it when the server listens. */
  readonly adminPassword?: string | undefined;
  /** Everyone must log in, also while nobody can: the first administrator is made by a link. */
  readonly loginWanted?: boolean;
  readonly allowedHosts: readonly string[];
  readonly allowedOrigins: readonly string[];
  /** See `boundBodies`; other than its own in tests. */
  readonly maxBodyBytesAtOnce?: number;
  readonly bodyWaitMs?: number;
  /** Requests a minute that one client may send; absent or 0: any number. */
  readonly rateLimit?: number;
  /** Where other servers count the same; absent or null: this one counts for itself. */
  readonly sharedRates?: SharedRates | null;
  /** Addresses and networks whose X-Forwarded-For, -Host and -Proto are believed; of all others they are not read. */
  readonly trustedProxies?: readonly string[];
  /** Absent: plain HTTP. */
  readonly tls?: TlsSource | undefined;
}

export interface HttpGateway {
  /** Throws ListenError when the address cannot be had. */
  listen(): Promise<{ url: string; port: number }>;
  /** Ends within two seconds, also with open streams. */
  close(): Promise<void>;
}

/** Health under the names that people know. */
const HEALTH = ['/health', '/api/health', '/api/v1/health'];
/** Asked by machines that watch. */
const PROBES = new Set([...HEALTH, '/healthz', '/readyz']);
/** Open to everyone who passes the Host and Origin check, besides routes that say so themselves. */
const PUBLIC = new Set(['/', ...PROBES]);
const REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/;
/** For a request to arrive, ms. */
const RECEIVE_MS = 60_000;
/** Of routes that set no limit of their own. */
const MAX_BODY_BYTES = 1024 * 1024;
/** Sockets that may be open at once, silent ones too; more are closed unheard. */
export const MAX_CONNECTIONS = 1024;
/** What is open is cut off after this, so that the process ends within two seconds. */
const SHUTDOWN_MS = 1500;

/** The HTTP server with every gateway that is given. Throws ConfigError for an open address without a token. */
export function createHttpGateway(
  services: Services,
  gateways: readonly MakePlugin[],
  options: HttpGatewayOptions,
): HttpGateway {
  assertBindable(options.host, currentToken(options)() ?? options.adminPassword, options.loginWanted);
  const plugins = gateways.map((make) => make(services));
  const app = createApp(services, plugins, options);
  const others: (() => Promise<void>)[] = [];
  return {
    async listen() {
      for (const { routes } of plugins) app.register(routes);
      await listenOn(app, options.host, options.port);
      for (const port of options.otherPorts ?? []) others.push(await listenAlso(app, options.host, port));
      const { port } = app.server.address() as AddressInfo;
      const name = options.host.includes(':') ? `[${options.host}]` : options.host;
      return { url: `${options.tls === undefined ? 'http' : 'https'}://${name}:${port}`, port };
    },
    async close() {
      const cut = setTimeout(() => app.server.closeAllConnections(), SHUTDOWN_MS);
      const closed = others.map((close) => close());
      await app.close().catch((err: unknown) => services.log.warn({ err }, 'http server did not close'));
      await Promise.all(closed);
      clearTimeout(cut);
    },
  };
}

const currentToken =
  ({ token }: HttpGatewayOptions) =>
  () =>
    typeof token === 'function' ? token() : token;

/** On an open route: null for who does not say who it is, or cannot be asked for; a wrong token is refused all the same. */
function nobody(thrown: unknown, request: FastifyRequest): null {
  const isWrong = thrown instanceof AppError && /^(AUTH|RATE)_/.test(thrown.code);
  if (isWrong && hasToken(request)) throw thrown;
  return null;
}

/** Browsers ask for pages by their name; programs take anything. */
const wantsPage = ({ headers }: FastifyRequest) => (headers.accept ?? '').includes('text/html');

/** A request without Host is answered by the guard, in our words. */
function listening(tls: TlsSource | undefined): { readonly http: ServerOptions } {
  const options = { requireHostHeader: false, shouldUpgradeCallback: wantsWebSocket };
  // The types of the two are alike but for their sockets, which nobody here tells apart.
  return tls === undefined ? { http: options } : ({ https: { ...options, ...tlsOptions(tls) } } as never);
}

function createApp(
  services: Services,
  plugins: readonly GatewayPlugin[],
  options: HttpGatewayOptions,
): FastifyInstance {
  const fromAllowed = createAddressGuard(options, PROBES, services.log);
  const hosts = new ServedHosts(options);
  const guard = createGuard({ ...options, hosts });
  const usersComing = options.adminPassword !== undefined || options.loginWanted === true;
  const { identify, tickets } = createIdentify(currentToken(options), services.accounts, services.log, usersComing);
  const limitRate = createRateLimit(options.rateLimit ?? 0, services, options.sharedRates ?? null);
  const proxies = options.trustedProxies ?? [];
  const app = Fastify({
    loggerInstance: services.log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: MAX_BODY_BYTES,
    ...(proxies.length > 0 && { trustProxy: [...proxies] }),
    requestTimeout: RECEIVE_MS,
    forceCloseConnections: 'idle',
    clientErrorHandler: refuseUnread,
    // A request while the server stops is answered below, in our words.
    return503OnClosing: false,
    ...listening(options.tls),
    frameworkErrors: (error, request, reply) => void sendError(error, request, reply),
    routerOptions: { ignoreTrailingSlash: true },
    // What is written says itself which request it is about.
    childLoggerFactory: (log) => log,
    genReqId: ({ headers }) => {
      const given = headers['x-request-id'];
      return typeof given === 'string' && REQUEST_ID.test(given) ? given : `req_${randomUUID()}`;
    },
  });
  if (options.tls !== undefined) renewWith(options.tls, app.server);
  shareSockets(app.server, MAX_CONNECTIONS, trustedProxy(proxies));
  app.server.on('connect', refuseTunnel);
  app.server.on('checkExpectation', refuseExpectation);
  const served = new ServedRoutes();
  app.addHook('onRoute', (route) => served.add(route));
  const readers = new SlowReaders(() => services.log.warn('a client that does not read was cut off'));
  const logins = new LoginWatch(identify);
  app.decorate('denied', tellDenied(services));
  app.decorate('servedHosts', hosts);
  app.decorate('identify', identify);
  app.decorate('tickets', tickets);
  app.decorateRequest('principal', null);
  let stopping = false;
  app.addHook('preClose', async () => {
    stopping = true;
  });
  app.addHook('onClose', async () => {
    readers.close();
    logins.close();
  });
  app.addHook('onResponse', ({ raw }, _reply, done) => {
    endRefusedUpgrade(raw);
    done();
  });
  app.addHook('onRequest', async (request, reply) => {
    observe(request, reply, services.metrics);
    readers.watch(reply.raw);
    fromAllowed(request);
    if (stopping) throw new AppError('SYSTEM_001', { message: 'The server is stopping.' });
    guard(request);
    if (answerCors(request, reply)) return reply;
    limitRate.address(request, reply);
    const { url = '', config } = request.routeOptions;
    const everyone = PUBLIC.has(url) || config.open === true;
    const asked = identify(request.headers.authorization, clientOf(request));
    // A wrong token is refused everywhere: what is open shows more to those who have the right one.
    request.principal = everyone ? await asked.catch((thrown: unknown) => nobody(thrown, request)) : await asked;
    limitRate.principal(request, reply);
    logins.watch(request, reply.raw);
    if (request.principal?.mustChangePassword && config.beforePasswordChange !== true) throw new AppError('AUTH_005');
    // Before a body is read that nobody takes.
    if (request.is404 || isOther(request, served)) throw notServed(request, served);
    refuseCharset(request.headers['content-type']);
  });
  readJson(app);
  traceRequests(app);
  boundBodies(app, options.maxBodyBytesAtOnce, options.bodyWaitMs);
  app.setErrorHandler((error, request, reply) => sendError(error, request, reply));
  app.setNotFoundHandler((request, reply) => sendError(notServed(request, served), request, reply));

  const home = plugins.find((plugin) => plugin.home !== undefined)?.home;
  app.get('/', (request, reply) => {
    if (home !== undefined && wantsPage(request)) return home(request, reply);
    reply.header('vary', 'Accept');
    return {
      name: 'h200-mug-positioning',
      version: services.version,
      ...Object.assign({}, ...plugins.map(({ index }) => index)),
      health: '/health',
      metrics: '/metrics',
    };
  });
  for (const url of HEALTH) {
    app.get(url, async (request, reply) => {
      const health = await checkHealth(services, request.principal);
      return reply.code(health.status === 'down' ? 503 : 200).send(health);
    });
  }
  app.get('/healthz', () => ({ status: 'ok' }));
  app.get('/readyz', async (_request, reply) => {
    const { health, isReady } = await examineHealth(services, null);
    return reply.code(isReady ? 200 : 503).send(health);
  });
  routeProtectedResource(
    app,
    plugins.flatMap(({ resources = [] }) => resources),
  );
  app.get('/metrics', async (request, reply) => {
    const { contentType, text } = await services.measured.exposition({ principal: callerOf(request) });
    return reply.type(contentType).send(text);
  });
  return app;
}
