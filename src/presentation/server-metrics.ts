import * as z from 'zod';
import { ServerId, type ServerInfo } from '../contract/server.ts';

const NOT_READ = 'the load of its GPU is looked at for idleness alone, and not kept';

/** What is known by numbers of one server. */
export const ServerMetrics = z.strictObject({
  server_id: ServerId,
  at: z.iso.datetime(),
  requests: z.int().describe('that our gateway routed to it'),
  errors: z.int(),
  error_rate: z.number().nullable().describe('null: it had no request'),
  running_seconds: z.number().nullable().describe('since its last start; null: it does not run'),
  instances: z.int().nullable(),
  cost_per_hour: z.number().nullable(),
  total_cost: z.number().nullable(),
  gpu: z.strictObject({ utilization: z.null(), memory: z.null(), temperature_c: z.null(), reason: z.string() }),
});

export function serverMetrics(server: ServerInfo, now: Date): z.infer<typeof ServerMetrics> {
  const { id, state, started_at, total_requests, error_count, current_instances, cost_per_hour, total_cost } = server;
  const runs = state === 'running' && started_at !== null;
  return {
    server_id: id,
    at: now.toISOString(),
    requests: total_requests,
    errors: error_count,
    error_rate: total_requests === 0 ? null : error_count / total_requests,
    running_seconds: runs ? Math.max(0, (now.getTime() - Date.parse(started_at)) / 1000) : null,
    instances: current_instances,
    cost_per_hour,
    total_cost,
    gpu: { utilization: null, memory: null, temperature_c: null, reason: NOT_READ },
  };
}
