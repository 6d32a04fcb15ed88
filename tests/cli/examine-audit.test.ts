import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type App, createApp } from '../../src/app/create-app.ts';
import { examineAudit, notedLine } from '../../src/cli/examine-audit.ts';
import { prepareAccounts } from '../../src/cli/prepare-accounts.ts';
import { type Config, loadConfig } from '../../src/config/config.ts';

let folder: string;
const ADMIN = { username: 'root', password: 'correct horse battery' };

let config: Config;
let app: App;
let stop: (() => void) | undefined;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'h200-audit-'));
  const env = { H200_ADMIN_USERNAME: ADMIN.username, H200_ADMIN_PASSWORD: ADMIN.password };
  config = loadConfig({ LOG_LEVEL: 'silent', H200_DATA_DIR: folder, ...env });
  app = await createApp(config);
});
afterEach(async () => {
  stop?.();
  stop = undefined;
  await app.close();
  rmSync(folder, { recursive: true, force: true });
});

const look = (noted: string | null = null) => examineAudit(app, noted === null ? null : notedLine(noted));

/** An administrator, and logins. */
async function fill(logins: number): Promise<void> {
  stop ??= await prepareAccounts(app.services.accounts, config, undefined);
  for (let n = 0; n < logins; n += 1) await app.services.accounts.login(ADMIN, '127.0.0.1');
}

function change(sql: string): void {
  const db = new Database(join(folder, 'records.db'));
  db.exec(sql);
  db.close();
}
const lineOf = (detail: string) => /\d+:[0-9a-f]{64}$/.exec(detail)![0];

it('says of a whole log which line to note, and that it is still there', async () => {
  expect(await look()).toEqual({ name: 'audit log', state: 'off', detail: 'no line yet: nobody logs in here' });
  await fill(3);
  const { state, detail } = await look();
  expect([state, detail]).toEqual(['ok', expect.stringContaining('none changed or missing')]);
  await fill(1);
  const later = await look(lineOf(detail));
  expect([later.state, later.detail]).toEqual(['ok', expect.stringContaining('is as it was noted')]);
});

it('finds a line that was changed, or is missing', async () => {
  await fill(4);
  change("update entries set entry = replace(entry, '127.0.0.1', '10.0.0.1') where kind = 'audit' and id like '%3'");
  expect(await look()).toMatchObject({ state: 'failed', detail: expect.stringMatching(/^line 3 .*backups/) });
  change("delete from entries where kind = 'audit' and id like '%3'");
  expect(await look()).toMatchObject({ state: 'failed', detail: expect.stringMatching(/^line 4 /) });
});

it('with a noted line finds an end that was cut off, and one that went on', async () => {
  await fill(4);
  const noted = lineOf((await look()).detail);
  change(`delete from entries where kind = 'audit' and id >= '${noted.split(':')[0]!.padStart(12, '0')}'`);
  expect((await look()).state).toBe('ok');
  expect(await look(noted)).toMatchObject({ state: 'failed', detail: expect.stringContaining('which was noted') });
  await fill(3);
  expect((await look()).state).toBe('ok');
  expect(await look(noted)).toMatchObject({ state: 'failed', detail: expect.stringContaining('which was noted') });
});

it('takes a line as the doctor names it alone', () => {
  expect(notedLine(`12:${'a'.repeat(64)}`)).toEqual({ number: 12, hash: 'a'.repeat(64) });
  for (const text of ['', '12', `0:${'a'.repeat(64)}`, `12:${'A'.repeat(64)}`, `12:${'a'.repeat(63)}`]) {
    expect(() => notedLine(text)).toThrow('NUMBER:HASH');
  }
});
