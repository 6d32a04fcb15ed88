import { demand } from '../../../access/can.ts';
import { deploymentText, isUnderWay } from '../../../presentation/deployment-answer.ts';
import { routingText } from '../../../presentation/routing-answer.ts';
import { serversText } from '../../../presentation/server-answer.ts';
import type { Skill } from './outcome.ts';

export const serverStatus: Skill = async (_given, { ctx, services }) => {
  demand(ctx.principal, 'servers:read');
  const models = services.models(ctx);
  const { backend, state, writable } = await services.storeHealth();
  const fleet = await services.fleet.list(ctx);
  const routing = await services.routing.show(ctx);
  const deployments = (await services.deployments.list(ctx)).filter(isUnderWay);
  const selected = models.find((one) => one.selected);
  const data = {
    version: services.version,
    model: selected === undefined ? null : { name: selected.name, state: selected.state },
    store: { backend, state, writable: writable === null },
    files: services.blobStatus(),
    servers: fleet.servers,
    provider: fleet.provider,
    deployments,
    routing,
  };
  const model =
    selected === undefined ? 'no model is installed' : `model ${selected.name}: ${selected.state ?? 'not loaded'}`;
  const lines = [serversText(fleet), ...deployments.map(deploymentText), routingText(routing)];
  const text = `Version ${services.version}; ${model}; records: ${state}.\n${lines.join('\n')}`;
  return { kind: 'done', name: 'status', data, text };
};
