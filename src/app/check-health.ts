import { setTimeout as sleep } from 'node:timers/promises';
import type { HealthCheck } from '../contract/deployment.ts';
import type { ServerInfo } from '../contract/server.ts';

/** Milliseconds. */
export interface HealthTimes {
  readonly askMs: number;
  readonly everyMs: number;
  readonly limitMs: number;
}

/** A container that loads its model answers late; the limit is that of a load balancer's own wait, and a minute. */
const TIMES: HealthTimes = { askMs: 10_000, everyMs: 5000, limitMs: 180_000 };

/**
 * Asks a path of the server, or an address that the operator named, until it answers 200. The key goes only to the server's own
 * address, and only where the provider asks for it.
 */
export function healthChecker(
  key: () => string | undefined,
  { askMs, everyMs, limitMs }: HealthTimes = TIMES,
): (
  server: Pick<ServerInfo, 'type' | 'endpoint_url'>,
  path: string,
  signal: AbortSignal | undefined,
) => Promise<HealthCheck> {
  return async (server, path, signal) => {
    const url = addressOf(server, path);
    if (url === null) return { url: path, ok: false, status: null, tries: 0, reason: 'the server has no address' };
    const until = performance.now() + limitMs;
    let last: Pick<HealthCheck, 'status' | 'reason'> = { status: null, reason: null };
    for (let tries = 1; ; tries += 1) {
      last = await askOnce(
        url,
        headersFor(server, url, key()),
        AbortSignal.any([...(signal ? [signal] : []), AbortSignal.timeout(askMs)]),
      );
      if (last.status === 200) return { url, ok: true, status: 200, tries, reason: null };
      if (signal?.aborted) return { url, ok: false, ...last, tries, reason: 'nobody waits for it any more' };
      if (performance.now() + everyMs > until) return { url, ok: false, ...last, tries };
      await sleep(everyMs, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
    }
  };
}

function addressOf({ endpoint_url }: Pick<ServerInfo, 'endpoint_url'>, path: string): string | null {
  if (!path.startsWith('/')) return path;
  return endpoint_url === null ? null : `${endpoint_url.replace(/\/+$/, '')}${path}`;
}

function headersFor(
  { type, endpoint_url }: Pick<ServerInfo, 'type' | 'endpoint_url'>,
  url: string,
  key: string | undefined,
): Record<string, string> {
  const own = endpoint_url !== null && new URL(url).origin === new URL(endpoint_url).origin;
  return own && type === 'serverless' && key !== undefined ? { authorization: `Bearer ${key}` } : {};
}

async function askOnce(url: string, headers: Record<string, string>, signal: AbortSignal) {
  try {
    const answer = await fetch(url, { headers, signal, redirect: 'manual' });
    await answer.body?.cancel();
    return { status: answer.status, reason: answer.status === 200 ? null : `it answered ${answer.status}` };
  } catch {
    return { status: null, reason: signal.aborted ? 'it gave no answer in time' : 'it cannot be reached' };
  }
}
