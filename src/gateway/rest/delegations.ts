import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import { Delegation, DelegationId, DelegationRequest, Peer } from '../../contract/delegation.ts';
import type { Services } from '../../services.ts';
import { bodyOf, paramsOf, queryOf } from './accept.ts';
import { pageOf, paging, sendPageHeaders } from './page.ts';
import { routeCall } from './route-call.ts';
import { describe } from './route-docs.ts';

const tag = 'delegations';
const One = z.strictObject({ delegation_id: DelegationId });
const List = z.strictObject({ ...paging });

/** What is handed to agents of others. */
export function routeDelegations(app: FastifyInstance, { delegations, capabilities }: Services): void {
  app.get(
    '/delegations/peers',
    {
      schema: describe({
        tag,
        id: 'listPeers',
        permission: 'analysis:read',
        title: 'Agents that something may be handed to',
        answer: z.array(Peer),
      }),
    },
    async (request, reply) => delegations.peers(routeCall(request, reply)),
  );

  app.get(
    '/delegations',
    {
      schema: describe({
        tag,
        id: 'listDelegations',
        permission: 'analysis:read',
        title: 'What you handed on, newest first',
        query: List,
        answer: z.array(Delegation),
      }),
    },
    async (request, reply) => {
      const call = routeCall(request, reply);
      const page = await pageOf((asked) => delegations.list(call, asked), queryOf(request, { input: List }));
      sendPageHeaders(reply, page);
      return page.items;
    },
  );

  app.get(
    '/delegations/:delegation_id',
    {
      schema: describe({
        tag,
        id: 'getDelegation',
        permission: 'analysis:read',
        title: 'One delegation: its state and what the peer made',
        params: One,
        answer: Delegation,
      }),
    },
    async (request, reply) => delegations.get(routeCall(request, reply), paramsOf(request, One).delegation_id),
  );

  if (capabilities.readOnly) return;

  app.post(
    '/delegations',
    {
      schema: describe({
        tag,
        id: 'delegate',
        permission: 'analysis:write',
        title: 'Hand a question, a photo or an analysis to a peer',
        about: 'Answered at once with a handle; the work goes on, also after a restart.',
        body: DelegationRequest,
        answer: Delegation,
        status: 202,
      }),
    },
    async (request, reply) => {
      const started = await delegations.start(routeCall(request, reply), bodyOf(request, { input: DelegationRequest }));
      reply.code(202).header('location', `/api/v1/delegations/${started.delegation_id}`);
      return started;
    },
  );

  app.post(
    '/delegations/:delegation_id/cancel',
    {
      schema: describe({
        tag,
        id: 'cancelDelegation',
        permission: 'analysis:write',
        title: 'End a delegation; the peer is asked to stop',
        params: One,
        answer: Delegation,
      }),
    },
    async (request, reply) => delegations.cancel(routeCall(request, reply), paramsOf(request, One).delegation_id),
  );
}
