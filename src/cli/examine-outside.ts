import { createServer } from 'node:net';
import { readPeers } from '../app/open-peers.ts';
import { tracingHeaders } from '../app/open-tracing.ts';
import type { Config } from '../config/config.ts';
import { attempt, type Check, Found } from './check.ts';

const ASK_MS = 5000;

/** Whether those outside that are configured answer, and whether the ports of a server can be had. Nothing is bought by it. */
export async function examineOutside(config: Config): Promise<Check[]> {
  return (
    await Promise.all([languageModel(config), peers(config), traces(config), port(config, config.H200_METRICS_PORT)])
  ).flat();
}

async function languageModel({
  OPENAI_API_KEY: key,
  OPENAI_BASE_URL: base,
  OPENAI_MODEL: model,
}: Config): Promise<Check[]> {
  if (key === undefined && base === undefined) return [];
  const url = `${(base ?? 'https://api.openai.com/v1').replace(/\/+$/, '')}/models`;
  const headers = { authorization: `Bearer ${key ?? 'none'}` };
  const check = await attempt('language model', async () => {
    const status = await statusOf(url, { headers }, 'Correct OPENAI_BASE_URL or the network.');
    if (status === 401 || status === 403) throw new Found(`it refuses the key (${status}). Correct OPENAI_API_KEY.`);
    if (status >= 500) throw new Found(`it answers ${status}: try again later, or correct OPENAI_BASE_URL.`);
    return `answers; ${model} is asked where the grammar does not understand`;
  });
  return [check];
}

async function peers(config: Config): Promise<Check[]> {
  return Promise.all(
    readPeers(config).map(({ name, card_url }) =>
      attempt(`peer ${name}`, async () => {
        const status = await statusOf(card_url, {}, 'Correct its card_url in H200_PEERS, or start it.');
        // A card that only those with a token may read is there all the same.
        if (status !== 200 && status !== 401)
          throw new Found(`its card answers ${status}. Correct its card_url in H200_PEERS.`);
        return 'its card can be read';
      }),
    ),
  );
}

async function traces(config: Config): Promise<Check[]> {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint } = config;
  if (endpoint === undefined) return [];
  const url = `${endpoint.replace(/\/+$/, '')}/v1/traces`;
  const check = await attempt('traces', async () => {
    const headers = { ...tracingHeaders(config), 'content-type': 'application/json' };
    const init = { method: 'POST', headers, body: '{"resourceSpans":[]}' };
    const status = await statusOf(url, init, 'Correct OTEL_EXPORTER_OTLP_ENDPOINT, or start the collector.');
    if (status === 401 || status === 403)
      throw new Found(`${url} refuses (${status}). Correct OTEL_EXPORTER_OTLP_HEADERS.`);
    if (status < 200 || status > 299)
      throw new Found(
        `${url} answers ${status}. The endpoint must take OTLP over HTTP with JSON, usually on port 4318.`,
      );
    return `${endpoint} takes them`;
  });
  return [check];
}

async function port({ H200_METRICS_HOST: host }: Config, wanted: number | undefined): Promise<Check[]> {
  if (wanted === undefined) return [];
  const check = await attempt('metrics port', async () => {
    const code = await new Promise<string | null>((resolve) => {
      const server = createServer();
      server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'unknown'));
      server.listen({ host, port: wanted, exclusive: true }, () => server.close(() => resolve(null)));
    });
    if (code === null) return `${host}, port ${wanted} is free`;
    if (code !== 'EADDRINUSE')
      throw new Found(
        `${host}, port ${wanted} cannot be had (${code}). Correct H200_METRICS_HOST or H200_METRICS_PORT.`,
      );
    const text = await fetch(`http://${host.includes(':') ? `[${host}]` : host}:${wanted}/metrics`, {
      signal: AbortSignal.timeout(ASK_MS),
    }).then(
      (answer) => answer.text(),
      () => '',
    );
    if (text.includes('h200_requests_total')) return `${host}, port ${wanted}: h200-mug answers there`;
    throw new Found(`another program has ${host}, port ${wanted}. Choose another H200_METRICS_PORT.`);
  });
  return [check];
}

async function statusOf(url: string, init: RequestInit, mend: string): Promise<number> {
  try {
    const answer = await fetch(url, { ...init, redirect: 'manual', signal: AbortSignal.timeout(ASK_MS) });
    await answer.body?.cancel();
    return answer.status;
  } catch {
    throw new Found(`${new URL(url).origin} cannot be reached. ${mend}`);
  }
}
