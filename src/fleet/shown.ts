import type { ServerInfo } from '../contract/server.ts';
import { plainText } from '../plain-text.ts';
import { cloudName } from '../ports/gpu-cloud.ts';
import { isUntold, nowPrice } from './cost.ts';
import { idleness } from './idle.ts';
import { isOver, type ServerRecord } from './record.ts';
import type { Use } from './uses.ts';

export const nameOf = ({ id, adopted }: Pick<ServerRecord, 'id' | 'adopted'>): string =>
  adopted === null ? cloudName(id) : plainText(adopted, 200);

/** A server as everybody sees it. `billed`: null, not billed yet. */
export function shown(record: ServerRecord, use: Use, billed: number | null, now: Date, warnMs: number): ServerInfo {
  const { config, gpu } = record;
  const { env, ...rest } = config;
  const { since, stopAt } = idleness(record, use, now, warnMs);
  return {
    id: record.id,
    type: record.type,
    name: nameOf(record),
    state: isOver(record) ? 'terminated' : record.state,
    as_of: record.provider_id === null ? null : record.meter.at,
    config: { ...rest, env: [...new Set([...Object.keys(env), ...record.forgotten_env])] },
    gpu: gpu === null ? null : { id: gpu.id, name: gpu.name, memory_gb: gpu.memoryGb },
    provider_id: record.provider_id,
    created_at: record.created_at,
    started_at: record.started_at,
    stopped_at: record.stopped_at,
    endpoint_url: record.endpoint_url,
    current_instances: record.instances,
    total_requests: use.requests,
    error_count: use.errors,
    cost_per_hour: nowPrice(record),
    total_cost:
      record.type === 'serverless' ? billed : isUntold(record) ? null : Math.round(record.meter.usd * 10_000) / 10_000,
    protected: record.protected,
    idle_since: since?.toISOString() ?? null,
    idle_stop_at: stopAt?.toISOString() ?? null,
    error: record.error === null ? null : plainText(record.error, 1000),
    drift: record.drift,
  };
}
