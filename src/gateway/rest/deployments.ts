import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import { Deployment, DeploymentId, DeployReport, DeployRequest } from '../../contract/deployment.ts';
import type { Services } from '../../services.ts';
import { bodyOf, paramsOf, queryOf } from './accept.ts';
import { deploymentWork } from './job-work.ts';
import { startJob, wantsJob } from './jobs.ts';
import { routeCall } from './route-call.ts';
import { describe } from './route-docs.ts';

const tag = 'servers';
const aliases = {
  mode: 'type',
  server_type: 'type',
  wait: 'wait_for_completion',
  health_check_url: 'health_check',
  server: 'replaces',
};
const DEPLOY = { input: DeployRequest, aliases };
const BEGIN = { input: DeployRequest.extend({ wait_for_completion: z.boolean().default(false) }), aliases };
const One = z.strictObject({ deployment: DeploymentId });

/** The server of a type: made, or replaced by a new one, which takes its analyses over. */
export function routeDeployments(app: FastifyInstance, services: Services): void {
  const { deployments } = services;
  app.get(
    '/deployments',
    {
      schema: describe({
        ...{ tag, id: 'listDeployments', permission: 'servers:read' },
        title: 'How servers are and were replaced, newest first; 100 at most',
        answer: z.array(Deployment),
      }),
    },
    async (request, reply) => {
      queryOf(request, { input: z.strictObject({}) });
      const all = await deployments.list(routeCall(request, reply));
      reply.header('x-total-count', String(all.length));
      return all;
    },
  );

  app.get(
    '/deployments/:deployment',
    {
      schema: describe({
        ...{ tag, id: 'getDeployment', permission: 'servers:read' },
        title: 'One deployment as it stands, with the weights of now',
        params: One,
        answer: Deployment,
      }),
    },
    (request, reply) => deployments.get(routeCall(request, reply), paramsOf(request, One).deployment),
  );

  if (services.capabilities.readOnly) return;

  app.post(
    '/servers/deploy',
    {
      schema: describe({
        ...{ tag, id: 'deployServer', permission: 'servers:deploy' },
        title: 'Deploy the server of a type, and wait for it',
        about:
          'Without a strategy there must be none of the type. With one (asks for servers:delete besides) what is there is replaced; it goes on in the background whoever waits, and the answer has its id. It waits until the new server has taken over, ten minutes at most. "dry_run" answers the plan with its price.',
        body: DeployRequest,
        answer: DeployReport,
        job: true,
      }),
    },
    async (request, reply) => {
      const wanted = bodyOf(request, DEPLOY);
      if (wantsJob(request)) return startJob(services, request, reply, deploymentWork(deployments, wanted));
      return deployments.deploy(routeCall(request, reply), wanted);
    },
  );

  app.post(
    '/deployments',
    {
      schema: describe({
        ...{ tag, id: 'beginDeployment', permission: 'servers:deploy' },
        title: 'The same without waiting',
        about: 'GET /deployments/{deployment} says how it goes on.',
        body: BEGIN.input,
        answer: DeployReport,
        status: 201,
      }),
    },
    async (request, reply) => {
      const report = await deployments.deploy(routeCall(request, reply), bodyOf(request, BEGIN));
      const { deployment, server } = report;
      const at = deployment === null ? `servers/${server?.id ?? ''}` : `deployments/${deployment.id}`;
      reply.code(201).header('location', `/api/v1/${at}`);
      return report;
    },
  );

  app.post(
    '/deployments/:deployment/promote',
    {
      schema: describe({
        ...{ tag, id: 'promoteDeployment', permission: 'servers:deploy' },
        title: 'Give everything to the new server now, unjudged; where it has that, end the old one now',
        params: One,
        answer: Deployment,
      }),
    },
    (request, reply) => deployments.promote(routeCall(request, reply), paramsOf(request, One).deployment),
  );

  app.post(
    '/deployments/:deployment/rollback',
    {
      schema: describe({
        ...{ tag, id: 'rollBackDeployment', permission: 'servers:deploy' },
        title: 'Go back to the old server, as long as it is there',
        params: One,
        answer: Deployment,
      }),
    },
    (request, reply) => deployments.rollBack(routeCall(request, reply), paramsOf(request, One).deployment),
  );
}
