import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import { RoutingReport, SetRouting } from '../../contract/routing.ts';
import type { Services } from '../../services.ts';
import { bodyOf, queryOf } from './accept.ts';
import { routeCall } from './route-call.ts';
import { describe } from './route-docs.ts';

const tag = 'servers';

/** Where analyses are computed. */
export function routeRouting(app: FastifyInstance, { routing, capabilities }: Services): void {
  app.get(
    '/servers/routing',
    {
      schema: describe({
        ...{ tag, id: 'getRouting', permission: 'servers:read' },
        title: 'Where analyses go, and how that came out in the last five minutes',
        answer: RoutingReport,
      }),
    },
    (request, reply) => {
      queryOf(request, { input: z.strictObject({}) });
      return routing.show(routeCall(request, reply));
    },
  );

  if (capabilities.readOnly) return;

  app.put(
    '/servers/routing',
    {
      schema: describe({
        ...{ tag, id: 'setRouting', permission: 'servers:deploy' },
        title: 'Send analyses elsewhere',
        about: 'Counts everywhere within two seconds. Weights are percent; whoever is not named gets nothing.',
        body: SetRouting,
        answer: RoutingReport,
      }),
    },
    (request, reply) => routing.set(routeCall(request, reply), bodyOf(request, { input: SetRouting })),
  );
}
