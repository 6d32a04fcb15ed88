import type { FastifyInstance } from 'fastify';
import { DeployReport, DeployRequest } from '../../contract/deployment.ts';
import type { Services } from '../../services.ts';
import { bodyOf } from './accept.ts';
import { deploymentWork } from './job-work.ts';
import { startJob, wantsJob } from './jobs.ts';
import { routeCall } from './route-call.ts';
import { describe } from './route-docs.ts';

const DEPLOY = {
  input: DeployRequest,
  aliases: { mode: 'type', server_type: 'type', wait: 'wait_for_completion', health_check_url: 'health_check' },
};

/** The one server of a type: made, or replaced by a new one. */
export function routeDeployments(app: FastifyInstance, services: Services): void {
  if (services.capabilities.readOnly) return;
  app.post(
    '/servers/deploy',
    {
      schema: describe({
        ...{ tag: 'servers', id: 'deployServer', permission: 'servers:deploy' },
        title: 'Deploy the server of a type',
        about:
          'Without a strategy there must be none of the type. "recreate" (asks for servers:delete besides) stops the one that is there, makes the new one, and goes back where that is not well. It waits for minutes: "Prefer: respond-async", or wait_for_completion false. "dry_run" answers the plan with its price.',
        body: DeployRequest,
        answer: DeployReport,
        job: true,
      }),
    },
    async (request, reply) => {
      const wanted = bodyOf(request, DEPLOY);
      if (wantsJob(request)) return startJob(services, request, reply, deploymentWork(services.deployments, wanted));
      return services.deployments.deploy(routeCall(request, reply), wanted);
    },
  );
}
