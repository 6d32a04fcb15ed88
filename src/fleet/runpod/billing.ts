import type { BilledAmount } from '../../ports/gpu-cloud.ts';
import type { RunpodApi } from './runpod-api.ts';
import { EndpointBills, PodBills } from './shapes.ts';

/** By hours; the first may have begun before `since`. */
export async function readBills(api: RunpodApi, since: string, signal: AbortSignal): Promise<BilledAmount[]> {
  const ask = (what: string) => ({
    method: 'GET' as const,
    path: `/billing/${what}`,
    query: { startTime: since, bucketSize: 'hour' },
    repeatable: true,
  });
  const pods = await api.json(PodBills, ask('pods'), signal);
  const endpoints = await api.json(EndpointBills, ask('serverless'), signal);
  return [
    ...pods.records.map(({ podId, ...one }) => billOf(podId, one)),
    ...endpoints.records.map(({ serverlessId, ...one }) => billOf(serverlessId, one)),
  ];
}

const billOf = (
  serverId: string,
  { startTime, endTime, totalAmount }: { startTime: string; endTime: string; totalAmount: number },
): BilledAmount => ({ serverId, start: startTime, end: endTime, usd: totalAmount });
