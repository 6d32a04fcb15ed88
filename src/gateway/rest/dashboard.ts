import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import { AnalysisListItem } from '../../contract/analysis-list-item.ts';
import type { CallContext } from '../../contract/call-context.ts';
import { toAppError } from '../../errors.ts';
import type { FleetService } from '../../fleet/service.ts';
import { MetricsReport, metricsReport } from '../../presentation/metrics-report.ts';
import type { Services } from '../../services.ts';
import { checkHealth } from '../http/health.ts';
import { routeCall } from './route-call.ts';
import { describe } from './route-docs.ts';

const tag = 'operations';
const RECENT = 10;
const NO_GPU = 'no GPU is measured by this server';
const NO_FLEET = 'RUNPOD_API_KEY is not set: no GPU servers are paid for';

const Unmeasured = z.null();
const Dashboard = z.strictObject({
  health: z.record(z.string(), z.unknown()).describe('as /health answers'),
  gpu: z.strictObject({
    utilization: Unmeasured,
    memory_bytes: Unmeasured,
    temperature_c: Unmeasured,
    reason: z.string(),
  }),
  performance: MetricsReport,
  cost: z.strictObject({
    total_usd: z.number().nullable().describe('of the GPU servers, the last 30 days'),
    per_hour_now: z.number().nullable(),
    reason: z.string().nullable().describe('why it is not known'),
  }),
  recent_activity: z.array(AnalysisListItem).describe('newest first'),
});
const Models = z.array(z.record(z.string(), z.unknown()));

/** What an operator looks at: measured, or null with the reason. */
export function routeDashboard(app: FastifyInstance, services: Services): void {
  app.get(
    '/dashboard',
    {
      schema: describe({
        tag,
        id: 'getDashboard',
        permission: 'servers:read',
        title: 'The state of everything',
        answer: Dashboard,
      }),
    },
    async (request, reply) => {
      const call = routeCall(request, reply);
      const [health, performance, recent, cost] = await Promise.all([
        checkHealth(services, call.principal),
        metricsReport(services, call),
        services.analyses.list(call, { limit: RECENT }),
        costOf(services.fleet, call),
      ]);
      return {
        health,
        gpu: { utilization: null, memory_bytes: null, temperature_c: null, reason: NO_GPU },
        performance,
        cost,
        recent_activity: recent.items,
      };
    },
  );

  app.get(
    '/metrics',
    {
      schema: describe({
        tag,
        id: 'getMetrics',
        permission: 'servers:read',
        title: 'What was measured',
        answer: MetricsReport,
      }),
    },
    (request, reply) => metricsReport(services, routeCall(request, reply)),
  );

  app.get(
    '/models',
    {
      schema: describe({
        tag,
        id: 'listModels',
        permission: 'servers:read',
        title: 'Installed models with their state',
        answer: Models,
      }),
    },
    async (request, reply) => services.models(routeCall(request, reply)),
  );
}

/** Read from what is stored; where nothing is rented there is nothing to pay. */
async function costOf(fleet: FleetService, call: CallContext) {
  const nothing = { total_usd: null, per_hour_now: null };
  try {
    const { usd, cost_per_hour_now } = await fleet.cost(call);
    return { total_usd: usd, per_hour_now: cost_per_hour_now, reason: null };
  } catch (thrown) {
    const { code, message } = toAppError(thrown);
    return { ...nothing, reason: code === 'SERVER_005' ? NO_FLEET : message };
  }
}
