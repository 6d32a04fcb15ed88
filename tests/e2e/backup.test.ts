import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kindsLeftOut } from '../../src/backup/restored-kinds.ts';
import { DESK, plainPhoto } from '../support/journey.ts';
import { runProgram, start, waitForLine } from '../support/program.ts';

/** The drill: a server that people use, backups while they do, processes that are killed, and the server back from nothing. */
const folder = mkdtempSync(join(tmpdir(), 'h200-drill-'));
const TOKEN = 'drill-token-0123456789-0123456789';
const PASSWORD = 'Correct-horse-battery-1';
const envOf = (name: string) => ({
  H200_DATA_DIR: join(folder, name),
  H200_BACKUP_TO: join(folder, 'kept'),
  H200_BACKUP_KEY: 'a key for the drill, long enough',
  H200_ADMIN_USERNAME: 'root',
  H200_ADMIN_PASSWORD: PASSWORD,
  JWT_SECRET: TOKEN,
  H200_RATE_LIMIT: '0',
  LOG_LEVEL: 'error',
});
const servers: ChildProcess[] = [];
afterAll(async () => {
  for (const server of servers) server.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

async function serve(name: string): Promise<{ url: string; stop(): Promise<void> }> {
  const child = start(['serve', '--port', '0'], { env: envOf(name) });
  servers.push(child);
  const [, url = ''] = await waitForLine(child, /listens on (\S+)/);
  return {
    url,
    async stop() {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'close');
    },
  };
}

/** The first password must be changed; both are of this test alone. */
async function login(url: string): Promise<string> {
  const post = async (path: string, body: object, bearer = '') => {
    const headers = { 'content-type': 'application/json', ...(bearer && { authorization: `Bearer ${bearer}` }) };
    const answer = await fetch(`${url}/api/v1/auth/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    return JSON.parse((await answer.text()) || '{}') as { access_token?: string };
  };
  const first = await post('login', { username: 'root', password: PASSWORD });
  const changed = `${PASSWORD}-changed`;
  await post('password', { current_password: PASSWORD, new_password: changed }, first.access_token);
  const { access_token } = await post('login', { username: 'root', password: changed });
  expect(access_token).toBeDefined();
  return access_token as string;
}

async function analyze(url: string, token: string, shade: number): Promise<string> {
  const body = new FormData();
  body.set('image', new Blob([new Uint8Array(await plainPhoto(640, 480, shade))], { type: 'image/jpeg' }), 'desk.jpg');
  body.set(
    'detections',
    JSON.stringify(DESK.map(({ class: name, confidence, bbox }) => ({ class: name, confidence, bbox }))),
  );
  const answer = await fetch(`${url}/api/v1/analyze/with-feedback`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body,
  });
  const text = await answer.text();
  expect(answer.status, text.slice(0, 300)).toBe(200);
  return (JSON.parse(text) as { analysis_id: string }).analysis_id;
}

const backup = (name: string, ...args: string[]) => runProgram(['backup', ...args], { env: envOf(name) });

/** Of a stopped server: every row and every photo. What a killed process was writing is no photo yet; the next server removes it. */
function contents(name: string) {
  const db = new Database(join(folder, name, 'records.db'), { readonly: true });
  const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all() as string[];
  const left = `(${kindsLeftOut(false).map((kind) => `'${kind}'`)})`;
  // One line per row, so that a difference is told by its row.
  const rows = tables.flatMap((table) =>
    db
      .prepare(`SELECT * FROM ${table} ${table === 'entries' ? `WHERE kind NOT IN ${left}` : ''}`)
      .raw()
      .all()
      .map((row) => `${table} ${JSON.stringify(row)}`),
  );
  db.close();
  const blobs = join(folder, name, 'blobs');
  const files = readdirSync(blobs, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.part'))
    .map((entry) => [entry.name, readFileSync(join(entry.parentPath, entry.name)).toString('base64')])
    .toSorted();
  return { rows, files };
}

function expectSame(actual: ReturnType<typeof contents>, expected: ReturnType<typeof contents>): void {
  const without = (some: string[], others: string[]) =>
    some.filter((one) => !others.includes(one)).map((one) => one.slice(0, 600));
  const missing = without(expected.rows, actual.rows);
  const added = without(actual.rows, expected.rows);
  expect({ missing, added }).toEqual({ missing: [], added: [] });
  expect(actual.rows).toEqual(expected.rows);
  expect(actual.files).toEqual(expected.files);
}

let token = '';
beforeAll(async () => {
  const server = await serve('desk');
  token = await login(server.url);
  for (let shade = 0; shade < 12; shade += 1) await analyze(server.url, token, 20 * shade);
  await server.stop();
}, 120_000);

describe('a server in use', () => {
  it('is backed up while it writes, and comes back from nothing with its logins', async () => {
    const server = await serve('desk');
    let isOver = false;
    const writing = (async () => {
      let written = 0;
      for (; !isOver; written += 1) await analyze(server.url, token, written % 240);
      return written;
    })();
    const during = await backup('desk', 'create', '--json');
    isOver = true;
    expect(await writing).toBeGreaterThan(0);
    expect(during, during.stderr).toMatchObject({ status: 0 });
    await server.stop();
    const last = await backup('desk', 'create');
    expect(last, last.stderr).toMatchObject({ status: 0 });
    expect(await backup('desk', 'verify', 'all')).toMatchObject({ status: 0 });
    const before = contents('desk');
    rmSync(join(folder, 'desk'), { recursive: true });

    const restored = await backup('desk', 'restore');
    expect(restored, restored.stderr).toMatchObject({ status: 0 });
    expectSame(contents('desk'), before);
    const again = await serve('desk');
    // The login of before the loss.
    const list = await fetch(`${again.url}/api/v1/analyze/history?limit=1`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(list.status).toBe(200);
    await again.stop();
    expect(await backup('desk', 'restore')).toMatchObject({ status: 2, stderr: expect.stringContaining('BACKUP_004') });
    const wrong = await runProgram(['backup', 'restore'], {
      env: { ...envOf('other'), H200_BACKUP_KEY: 'another key, also long enough' },
    });
    expect(wrong).toMatchObject({ status: 2, stderr: expect.stringContaining('is not the key') });
  }, 240_000);

  /** Kills the program after shares of the time that it takes. */
  async function killedOften(
    name: (n: number) => string,
    args: readonly string[],
    check: (n: number) => Promise<void>,
  ) {
    const begun = performance.now();
    await backup(name(0), ...args);
    const wholeMs = performance.now() - begun;
    for (let n = 1; n <= 5; n += 1) {
      const child = start(['backup', ...args], { env: envOf(name(n)) });
      await sleep(wholeMs * (0.15 + n / 6));
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
      await check(n);
    }
  }

  it('has no backup that is not whole when it is killed while making one', async () => {
    await killedOften(
      () => 'desk',
      ['create', '--full'],
      async () => {
        const checked = await backup('desk', 'verify', 'all', '--json');
        expect(checked, checked.stdout + checked.stderr).toMatchObject({ status: 0 });
      },
    );
    const made = await backup('desk', 'create');
    expect(made, made.stderr).toMatchObject({ status: 0 });
    expect(readdirSync(join(folder, 'desk', 'backup-work'))).toEqual([]);
  }, 400_000);

  it('has no store or a whole one when it is killed while restoring, and restoring again goes on', async () => {
    const before = contents('desk');
    await backup('desk', 'create');
    await killedOften(
      (n) => `killed-${n}`,
      ['restore'],
      async (n) => {
        const name = `killed-${n}`;
        if (existsSync(join(folder, name, 'records.db'))) {
          expectSame(contents(name), before);
          return;
        }
        const restored = await backup(name, 'restore');
        expect(restored, restored.stderr).toMatchObject({ status: 0 });
        expectSame(contents(name), before);
        expect(readdirSync(join(folder, name, 'backup-work'))).toEqual([]);
      },
    );
  }, 400_000);
});
