import type { ChildProcess } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectNew } from '../gateway/clients.ts';
import { testAsset } from '../support/assets.ts';
import { start, waitForLine } from '../support/program.ts';

/** The built server under more work than it has workers. */
const models = testAsset('models');
const photo = testAsset('photos', 'other', 'jetson_desk.jpg');
const MODERN = { pin: '2026-07-28' };

let folder: string;
let server: ChildProcess;

async function serve(env: Record<string, string>): Promise<string> {
  const all = {
    H200_DATA_DIR: join(folder, 'data'),
    H200_MODELS_DIR: models as string,
    H200_ALLOWED_ROOTS: folder,
    ...env,
  };
  server = start(['serve', '--port', '0'], { env: all });
  return (await waitForLine(server, /listens on (http:\S+)/))[1] as string;
}

const connect = (url: string) => connectNew(new StreamableHTTPClientTransport(new URL('/mcp', url)), MODERN);
const image = () => join(folder, 'desk.jpg');

describe.skipIf(!models || !photo)('a busy server', () => {
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'h200-load-'));
    copyFileSync(photo as string, image());
  });
  afterEach(() => {
    server.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  it('answers 64 clients that come at once', { timeout: 120_000 }, async () => {
    const url = await serve({ H200_TIMEOUT_MS: '110000' });
    const clients = await Promise.all(Array.from({ length: 64 }, () => connect(url)));
    const outcomes = await Promise.all(
      clients.map((client, i) => client.call('analyze_image', { image: image(), threshold: 0.4 + i / 10_000 })),
    );
    const found = outcomes.map((o) =>
      Object.values((o.structuredContent as { objects?: Record<string, number> } | undefined)?.objects ?? {}).join(),
    );
    expect(outcomes.filter((o) => o.isError).map((o) => o.content[0]?.text)).toEqual([]);
    expect(new Set(found).size).toBe(1);
    await Promise.all(clients.map((client) => client.close()));
  });

  it('says that it is overloaded and when to come back, and works on', { timeout: 120_000 }, async () => {
    const url = await serve({ H200_QUEUE_LIMIT: '2', H200_WORKERS: '1' });
    const client = await connect(url);
    await client.call('analyze_image', { image: image() });
    const outcomes = await Promise.all(
      Array.from({ length: 24 }, (_, i) =>
        client.call('analyze_image', { image: image(), threshold: 0.41 + i / 1000 }),
      ),
    );
    const refused = outcomes.filter((o) => o.isError).map((o) => o.content[0]?.text ?? '');
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.length).toBeLessThan(24);
    for (const text of refused) expect(text).toMatch(/(SYSTEM_002|RATE_001)[\s\S]*retry_after_s: \d+/);
    expect((await client.call('analyze_image', { image: image(), threshold: 0.7 })).isError).toBeFalsy();
    await client.close();
  });

  it('lives on when clients leave in the middle of an analysis', { timeout: 120_000 }, async () => {
    const url = await serve({ H200_WORKERS: '1' });
    const client = await connect(url);
    const leaving = Array.from({ length: 8 }, (_, i) => {
      const abort = new AbortController();
      setTimeout(() => abort.abort(), 5 + 10 * i);
      return client
        .call('analyze_image', { image: image(), threshold: 0.5 + i / 1000 }, { signal: abort.signal })
        .catch(() => null);
    });
    await Promise.all(leaving);
    const after = await client.call('analyze_image', { image: image(), threshold: 0.6 });
    expect(after.isError).toBeFalsy();
    const health = await fetch(`${url}/health`);
    expect(health.status).toBe(200);
    await client.close();
  });
});
