import type { FastifyInstance } from 'fastify';
import { demand } from '../../access/can.ts';
import type { Permission } from '../../contract/principal.ts';
import { callerOf } from '../http/identify.ts';

/** AUTH_003 names the permission that a route says it asks for, before anything of the request's body is looked at. */
export function demandPermissions(app: FastifyInstance): void {
  app.addHook('onRequest', (request, _reply, done) => {
    const { 'x-permission': permission } = (request.routeOptions.schema ?? {}) as { 'x-permission'?: Permission };
    if (permission !== undefined) demand(callerOf(request), permission);
    done();
  });
}
