import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp } from '../src/app/create-app.ts';
import { loadConfig } from '../src/config/config.ts';
import { createHttpGateway } from '../src/gateway/http/server.ts';
import { API_DOCUMENT } from '../src/gateway/rest/api-docs.ts';
import { restPlugin } from '../src/gateway/rest/rest-plugin.ts';

/** The OpenAPI document as `serve` answers it, without its version, as one text: its hash says whether a client is stale. */
export async function openApiDocument(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'h200-document-'));
  const app = await createApp(loadConfig({ H200_DATA_DIR: folder, LOG_LEVEL: 'silent' }));
  const gateway = createHttpGateway(app.services, [restPlugin()], {
    host: '127.0.0.1',
    port: 0,
    allowedHosts: [],
    allowedOrigins: [],
  });
  try {
    const { url } = await gateway.listen();
    const document = (await (await fetch(`${url}${API_DOCUMENT}`)).json()) as { info: { version: string } };
    document.info.version = '0';
    return JSON.stringify(document);
  } finally {
    await gateway.close();
    await app.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
