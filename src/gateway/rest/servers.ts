import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import {
  ConfiguredServers,
  ControlAnswer,
  ControlServer,
  CostReport,
  CostRequest,
  CreateServer,
  OffersRequest,
  ServerInfo,
  ServerList,
  ServerOffer,
  ServerQuote,
  ServerSettings,
  ServerTarget,
} from '../../contract/server.ts';
import { ServerMetrics, serverMetrics } from '../../presentation/server-metrics.ts';
import type { Services } from '../../services.ts';
import { bodyOf, paramsOf, queryOf } from './accept.ts';
import { routeCall } from './route-call.ts';
import { describe } from './route-docs.ts';
import { routeServerLogs } from './server-logs.ts';

const tag = 'servers';
const One = z.strictObject({ server: ServerTarget });
const Nothing = z.strictObject({});
const CONTROL = {
  input: ControlServer,
  aliases: { min_workers: 'min_instances', max_workers: 'max_instances', wait: 'wait_for_completion' },
};
const CREATE = { input: CreateServer, aliases: { server_type: 'type', wait: 'wait_for_completion' } };
const PROTECT = { input: z.strictObject({ protected: z.boolean().default(true) }) };

/** GPU servers that are rented: to look at, to control, to pay for. */
export function routeServers(app: FastifyInstance, services: Services): void {
  const { fleet, capabilities } = services;
  app.get(
    '/servers',
    {
      schema: describe({
        ...{ tag, id: 'listServers', permission: 'servers:read' },
        title: 'All GPU servers',
        answer: z.array(ServerInfo),
      }),
    },
    async (request, reply) => {
      queryOf(request, { input: Nothing });
      const { servers } = await fleet.list(routeCall(request, reply));
      reply.header('x-total-count', String(servers.length));
      return servers;
    },
  );

  app.get(
    '/servers/status',
    {
      schema: describe({
        ...{ tag, id: 'serversStatus', permission: 'servers:read' },
        title: 'All GPU servers, how the provider is, and what runs there that was not made here',
        answer: ServerList,
      }),
    },
    (request, reply) => fleet.list(routeCall(request, reply)),
  );

  app.get(
    '/servers/cost',
    {
      schema: describe({
        ...{ tag, id: 'serversCost', permission: 'servers:read' },
        title: 'What the servers cost, what idle shutdown saved, and what a month will cost if it goes on so',
        query: CostRequest,
        answer: CostReport,
      }),
    },
    (request, reply) => fleet.cost(routeCall(request, reply), queryOf(request, { input: CostRequest })),
  );

  app.get(
    '/servers/gpus',
    {
      schema: describe({
        ...{ tag, id: 'listGpus', permission: 'servers:read' },
        title: 'GPUs that can be rented now, cheapest first',
        query: OffersRequest,
        answer: z.array(ServerOffer),
      }),
    },
    (request, reply) =>
      fleet.offers(routeCall(request, reply), queryOf(request, { input: OffersRequest, aliases: { gpu: 'gpu_type' } })),
  );

  app.get(
    '/servers/:server',
    {
      schema: describe({
        ...{ tag, id: 'getServer', permission: 'servers:read' },
        title: 'One GPU server',
        params: One,
        answer: ServerInfo,
      }),
    },
    (request, reply) => fleet.get(routeCall(request, reply), paramsOf(request, One).server),
  );

  app.get(
    '/servers/:server/status',
    {
      schema: describe({
        ...{ tag, id: 'getServerStatus', permission: 'servers:read' },
        title: 'The same',
        params: One,
        answer: ServerInfo,
      }),
    },
    (request, reply) => fleet.get(routeCall(request, reply), paramsOf(request, One).server),
  );

  app.get(
    '/servers/:server/metrics',
    {
      schema: describe({
        ...{ tag, id: 'getServerMetrics', permission: 'servers:read' },
        title: 'What was measured of one server; null with a reason where nobody measures',
        params: One,
        answer: ServerMetrics,
      }),
    },
    async (request, reply) =>
      serverMetrics(await fleet.get(routeCall(request, reply), paramsOf(request, One).server), new Date()),
  );

  app.post(
    '/servers/quote',
    {
      schema: describe({
        ...{ tag, id: 'quoteServer', permission: 'servers:read' },
        title: 'What creating a server would do and cost; nothing is created',
        body: CreateServer,
        answer: ServerQuote,
      }),
    },
    (request, reply) => fleet.quote(routeCall(request, reply), bodyOf(request, CREATE)),
  );

  routeServerLogs(app, services);
  if (capabilities.readOnly) return;

  app.post(
    '/servers',
    {
      schema: describe({
        ...{ tag, id: 'createServer', permission: 'servers:deploy' },
        title: 'Create one more server',
        about: 'It costs money from then on. POST /servers/quote says how much, max_price limits it.',
        body: CreateServer,
        answer: ControlAnswer,
        status: 201,
      }),
    },
    async (request, reply) => {
      const made = await fleet.create(routeCall(request, reply), bodyOf(request, CREATE));
      reply.code(201).header('location', `/api/v1/servers/${made.server.id}`);
      return made;
    },
  );

  app.post(
    '/servers/:server/control',
    {
      schema: describe({
        ...{ tag, id: 'controlServer', permission: 'servers:control' },
        title: 'Start, stop, restart, scale, update or terminate a server',
        about:
          'Named by its id, or by its type where there is one of it. "terminate" asks for servers:delete besides, "update" for servers:deploy. Starting costs money from then on.',
        params: One,
        body: ControlServer,
        answer: ControlAnswer,
      }),
    },
    (request, reply) => {
      const { server } = paramsOf(request, One);
      return fleet.control(routeCall(request, reply), server, bodyOf(request, CONTROL));
    },
  );

  app.put(
    '/servers/:server/config',
    {
      schema: describe({
        ...{ tag, id: 'configureServer', permission: 'servers:control' },
        title: 'Change what may be changed while it runs',
        about:
          'The idle time of a type is that of all its servers, and the default of new ones; anything else is of one server.',
        params: One,
        body: ServerSettings,
        answer: ConfiguredServers,
      }),
    },
    (request, reply) => {
      const { server } = paramsOf(request, One);
      return fleet.configure(routeCall(request, reply), server, bodyOf(request, { input: ServerSettings }));
    },
  );

  app.put(
    '/servers/:server/protect',
    {
      schema: describe({
        ...{ tag, id: 'protectServer', permission: 'servers:control' },
        title: 'Protect a server from being stopped or terminated, or no longer',
        params: One,
        body: PROTECT.input,
        answer: ConfiguredServers,
      }),
    },
    (request, reply) =>
      fleet.configure(routeCall(request, reply), paramsOf(request, One).server, bodyOf(request, PROTECT)),
  );

  app.delete(
    '/servers/:server',
    {
      schema: describe({
        ...{ tag, id: 'terminateServer', permission: 'servers:delete' },
        title: 'Terminate a server',
        params: One,
        query: z.strictObject({ force: z.boolean().default(false) }),
        answer: ControlAnswer,
      }),
    },
    (request, reply) => {
      const { force } = queryOf(request, { input: z.strictObject({ force: z.boolean().default(false) }) });
      return fleet.control(routeCall(request, reply), paramsOf(request, One).server, { action: 'terminate', force });
    },
  );
}
