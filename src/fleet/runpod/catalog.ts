import type { ServerType } from '../../contract/server.ts';
import { plainText } from '../../plain-text.ts';
import type { GpuOffer } from '../../ports/gpu-cloud.ts';
import type { RunpodApi } from './runpod-api.ts';
import { Gpus } from './shapes.ts';

const LEVELS = { NONE: 'none', LOW: 'low', MEDIUM: 'medium', HIGH: 'high' } as const;

export async function readCatalog(api: RunpodApi, type: ServerType, signal: AbortSignal): Promise<GpuOffer[]> {
  const query = { include: 'AVAILABILITY', product: type === 'timed' ? 'POD' : 'SERVERLESS' };
  const { gpus } = await api.json(
    Gpus,
    {
      method: 'GET',
      path: '/catalog/gpus',
      query: { ...query, ...(type === 'timed' && { cloud: 'SECURE' }) },
      repeatable: true,
    },
    signal,
  );
  return gpus.map(({ id, name, pool, memory, price, secure, availability }) => ({
    id: plainText(id, 200),
    name: plainText(name, 200),
    pool: pool ?? null,
    memoryGb: memory,
    price: { timed: secure ? paid(price.secure) : null, serverless: pool ? paid(price.serverless) : null },
    availability: availability ? LEVELS[availability] : null,
  }));
}

/** RunPod writes 0 for what is not offered. */
const paid = (price: number | null | undefined) => (price ? price : null);
