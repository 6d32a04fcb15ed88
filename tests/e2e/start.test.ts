import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { PROGRAM } from '../support/program.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'h200-start-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const INITIALIZE = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
};

/** The files of modules that are loaded until the program has answered its first request. */
async function loadedUntilAnswered(): Promise<string[]> {
  const list = join(folder, 'loaded.txt');
  const hook = join(folder, 'hook.mjs');
  writeFileSync(
    hook,
    `import { appendFileSync } from 'node:fs';
     import { registerHooks } from 'node:module';
     import { isMainThread } from 'node:worker_threads';
     // Threads and processes of it are started with the same arguments.
     if (isMainThread && process.send === undefined) registerHooks({ load(url, context, next) { appendFileSync(${JSON.stringify(list)}, url + '\\n'); return next(url, context); } });`,
  );
  const child = spawn(process.execPath, ['--import', pathToFileURL(hook).href, PROGRAM, 'stdio'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, H200_DATA_DIR: join(folder, 'data') },
  });
  try {
    child.stdin.write(`${JSON.stringify(INITIALIZE)}\n`);
    const [answer] = (await once(child.stdout, 'data')) as [Buffer];
    expect(answer.toString()).toContain('"serverInfo"');
    return readFileSync(list, 'utf8')
      .split('\n')
      .filter((url) => url.startsWith('file:'));
  } finally {
    child.kill('SIGKILL');
  }
}

it('answers an agent before it has read more than a few files, none of them of libvips, a store of others or a web server', async () => {
  const loaded = await loadedUntilAnswered();
  expect(loaded.length).toBeGreaterThan(5);
  expect(loaded.length).toBeLessThan(110);
  const packages = loaded.flatMap((url) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1] ?? []);
  for (const name of ['sharp', 'fastify', 'mongodb', 'ioredis', 'bullmq', '@aws-sdk/client-s3', '@langchain/openai']) {
    expect(packages).not.toContain(name);
  }
});
