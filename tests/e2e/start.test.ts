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
     if (isMainThread && process.send === undefined) {
       const write = process.stdout.write.bind(process.stdout);
       process.stdout.write = (text, ...rest) => {
         if (String(text).includes('"serverInfo"')) appendFileSync(${JSON.stringify(list)}, 'answered\\n');
         return write(text, ...rest);
       };
       registerHooks({ load(url, context, next) { appendFileSync(${JSON.stringify(list)}, url + '\\n'); return next(url, context); } });
     }`,
  );
  const child = spawn(process.execPath, ['--import', pathToFileURL(hook).href, PROGRAM, 'stdio'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, H200_DATA_DIR: join(folder, 'data') },
  });
  try {
    child.stdin.write(`${JSON.stringify(INITIALIZE)}\n`);
    const [answer] = (await once(child.stdout, 'data')) as [Buffer];
    expect(answer.toString()).toContain('"serverInfo"');
    const [before = ''] = readFileSync(list, 'utf8').split('answered\n');
    return before.split('\n').filter((url) => url.startsWith('file:'));
  } finally {
    child.kill('SIGKILL');
  }
}

it('answers an agent before it has read more than a few files, none of them of libvips, a store of others or a web server', async () => {
  const loaded = await loadedUntilAnswered();
  expect(loaded.length).toBeGreaterThan(5);
  expect(loaded.length).toBeLessThan(60);
  const packages = loaded.flatMap((url) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1] ?? []);
  for (const name of ['sharp', 'fastify', 'mongodb', 'ioredis', 'bullmq', '@aws-sdk/client-s3', '@langchain/openai']) {
    expect(packages).not.toContain(name);
  }
});

/** Two starts on a busy machine. */
const LONG_MS = 180_000;

interface Said {
  readonly id?: number;
  readonly result?: unknown;
}

/** All that it answers to these lines, which come at once or in pieces. */
async function answersTo(pieces: readonly string[], env: Record<string, string> = {}): Promise<Said[]> {
  const child = spawn(process.execPath, [PROGRAM, 'stdio'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, H200_DATA_DIR: join(folder, 'data'), ...env },
  });
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk;
    if (out.includes('"id":2,') || out.includes('"id":2}')) child.stdin.end();
  });
  for (const piece of pieces) {
    child.stdin.write(piece);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await once(child, 'exit');
  return out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Said);
}

const line = (message: object) => `${JSON.stringify(message)}\n`;
const asked = (protocolVersion: string, more: object = {}) =>
  line({ ...INITIALIZE, params: { ...INITIALIZE.params, protocolVersion, ...more } });
const LATER =
  line({ jsonrpc: '2.0', method: 'notifications/initialized' }) + line({ jsonrpc: '2.0', id: 2, method: 'tools/list' });
const first = (answers: readonly Said[]) => answers.filter(({ id }) => id === 1);

it.each([
  ['2025-11-25'],
  ['2025-06-18'],
  ['2025-03-26'],
  ['2024-11-05'],
  ['2024-10-07'],
  ['1999-01-01'],
  ['2026-07-28'],
])(
  'says at once what it would say later, and once: %s',
  async (version) => {
    // What the fast way leaves alone is answered by the SDK.
    const [early, late] = [
      await answersTo([asked(version) + LATER]),
      await answersTo([asked(version, { _meta: { of: 'the test' } }) + LATER]),
    ];
    expect(first(early)).toHaveLength(1);
    expect(first(early)).toEqual(first(late));
    expect(early.find(({ id }) => id === 2)?.result).toHaveProperty('tools');
  },
  LONG_MS,
);

it(
  'says so of a server that changes nothing too',
  async () => {
    const readOnly = { H200_READ_ONLY: 'true' };
    const early = await answersTo([asked('2025-11-25') + LATER], readOnly);
    expect(early[0]).toMatchObject({ id: 1, result: { instructions: expect.stringContaining('read-only') } });
    expect(first(early)).toEqual(first(await answersTo([asked('2025-11-25', { _meta: {} }) + LATER], readOnly)));
  },
  LONG_MS,
);

it(
  'understands a first request that comes in pieces, or late',
  async () => {
    const text = asked('2025-11-25');
    for (const pieces of [
      [text.slice(0, 30), text.slice(30), LATER],
      ['', '', '', text, LATER],
    ]) {
      const answers = await answersTo(pieces);
      expect(first(answers)).toHaveLength(1);
      expect(answers.find(({ id }) => id === 2)?.result).toHaveProperty('tools');
    }
  },
  LONG_MS,
);
