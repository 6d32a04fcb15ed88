import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createApp } from '../../../src/app/create-app.ts';
import { MCP_SURFACE } from '../../../src/app/mcp-surface.ts';
import { prepareAccounts } from '../../../src/cli/prepare-accounts.ts';
import { loadConfig } from '../../../src/config/config.ts';
import { a2aPlugin } from '../../../src/gateway/a2a/a2a-plugin.ts';
import { aguiPlugin } from '../../../src/gateway/agui/agui-plugin.ts';
import { filesPlugin } from '../../../src/gateway/files/files-plugin.ts';
import { createHttpGateway, type HttpGatewayOptions } from '../../../src/gateway/http/server.ts';
import { livePlugin } from '../../../src/gateway/live/live-plugin.ts';
import { mcpPlugin } from '../../../src/gateway/mcp/http-plugin.ts';
import { restPlugin } from '../../../src/gateway/rest/rest-plugin.ts';
import type { Services } from '../../../src/services.ts';

export const EXAMPLES = fileURLToPath(new URL('../../../examples', import.meta.url));

export interface RestServer {
  readonly url: string;
  readonly services: Services;
  /** JSON in, JSON out; a body that is no object goes as it is. */
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  close(): Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: answers of all shapes are looked into
  readonly body: any;
}

/** The real product behind its REST door: embedded model, SQLite and disk in a folder of its own. */
export async function startRest(
  env: Record<string, string> = {},
  token?: string,
  options: Partial<HttpGatewayOptions> = {},
): Promise<RestServer> {
  const folder = mkdtempSync(join(tmpdir(), 'h200-rest-'));
  const config = loadConfig({
    H200_DATA_DIR: folder,
    H200_MODEL: 'desk-detector',
    H200_ALLOWED_ROOTS: EXAMPLES,
    LOG_LEVEL: 'silent',
    ...env,
  });
  const app = await createApp(config);
  const stopPreparing = await prepareAccounts(app.services.accounts, config, undefined);
  const plugins = [
    mcpPlugin(MCP_SURFACE),
    aguiPlugin(MCP_SURFACE),
    restPlugin(),
    livePlugin(),
    filesPlugin(),
    a2aPlugin({ keys: app.cardKeys }),
  ];
  const gateway = createHttpGateway(app.services, plugins, {
    host: '127.0.0.1',
    port: 0,
    token,
    adminPassword: config.H200_ADMIN_PASSWORD,
    allowedHosts: [],
    allowedOrigins: [],
    ...options,
  });
  const { url } = await gateway.listen().catch(async (thrown: unknown) => {
    stopPreparing();
    await app.close();
    rmSync(folder, { recursive: true, force: true });
    throw thrown;
  });
  return {
    url,
    services: app.services,
    async ask(method, path, body, headers = {}) {
      const plain = body instanceof FormData || typeof body === 'string' || body === undefined;
      const answer = await fetch(`${url}${path}`, {
        method,
        headers: { ...(!plain && { 'content-type': 'application/json' }), ...headers },
        ...(body !== undefined && { body: plain ? (body as FormData | string) : JSON.stringify(body) }),
      });
      const bytes = Buffer.from(await answer.arrayBuffer());
      const json = bytes.length > 0 && answer.headers.get('content-type')?.startsWith('application/json');
      return {
        status: answer.status,
        headers: answer.headers,
        body: json ? JSON.parse(bytes.toString()) : bytes,
      };
    },
    async close() {
      stopPreparing();
      await gateway.close();
      await app.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A form as a browser or curl sends it. */
export function form(
  fields: Record<string, string>,
  files: readonly (readonly [string, string, Uint8Array])[],
): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.append(name, value);
  for (const [name, file, bytes] of files) data.append(name, new Blob([new Uint8Array(bytes)]), file);
  return data;
}
