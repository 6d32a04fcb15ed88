import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MongoClient } from 'mongodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MongoStore } from '../../src/storage/mongo/mongo-store.ts';
import { recordsOver } from '../../src/storage/records/records-over.ts';
import { type MongoServer, startMongoServer, stopMongoServer } from '../services/mongodb-server.ts';
import { freePort } from '../services/ports.ts';
import { localCall } from '../support/caller.ts';
import { freshDatabase, MONGODB_COMMAND } from '../support/mongo.ts';
import { sampleAnalysis, sampleRule } from '../support/samples.ts';
import { versionOf } from '../support/stored-samples.ts';
import { type Answer, ask, FLOWS, type Known, openServerOver, prepare, type Server } from './flows.ts';

/** A call that finds the server silent waits for so long, and those that are refused at once for no longer than this, ms. */
const FIRST_MS = 4500;
const LATER_MS = 500;
/** Once the server answers again: measured 0 to 860 ms, on a machine with ten times the work it can do. */
const RECOVERED_MS = 2000;

let folder: string;
let port: number;
let server: MongoServer | null;
const opened: { close(): Promise<unknown> }[] = [];

const start = async (more: object = {}) => {
  const command = MONGODB_COMMAND!;
  server = await startMongoServer({ command, folder: join(folder, 'db'), port, durable: true, ...more });
};
const stop = async () => {
  if (server) await stopMongoServer(server);
  server = null;
};
const address = (user = '') => freshDatabase(`mongodb://${user}127.0.0.1:${port}/?directConnection=true`);

function open(uri: string) {
  const store = new MongoStore(uri);
  const records = recordsOver(store);
  opened.push(records);
  return { store, records };
}

function openServer(uri: string): Server & { readonly store: MongoStore } {
  const { store, records } = open(uri);
  return { ...openServerOver(join(folder, 'data'), records, () => true), store };
}

const back = (store: MongoStore) =>
  expect.poll(() => store.status().state, { timeout: RECOVERED_MS, interval: 10 }).toBe('connected');

describe.skipIf(MONGODB_COMMAND === null)('MongoDB', () => {
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'h200-mongo-faults-'));
    port = await freePort();
    server = null;
  });
  afterEach(async () => {
    await stop();
    await Promise.all(opened.splice(0).map((one) => one.close()));
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  it('killed, frozen and restarted again and again in the middle of writes: nothing acknowledged is lost', async () => {
    await start();
    const { store, records } = open(address());
    const acknowledged = { analyses: [] as string[], rules: [] as string[] };
    const refused = new Set<string>();
    let writing = true;
    let n = 0;
    const note = (error: { code: string }) => {
      refused.add(error.code);
      return sleep(20);
    };
    const putAnalysis = async () => {
      const id = `ana_${n++}`;
      const analysis = sampleAnalysis({ analysis_id: id });
      await records.analyses.put({ owner: 'ann', analysis, imageKey: null, state: { id } });
      acknowledged.analyses.push(id);
    };
    const writeRule = async () => {
      const rule_id = `rule_${n++}`;
      const rule = sampleRule({ rule_id, owner: 'ann' });
      await records.rules.write([{ entry: versionOf(rule), expectedVersion: 0 }]);
      acknowledged.rules.push(rule_id);
    };
    const writers = [putAnalysis, putAnalysis, putAnalysis, writeRule].map(async (write) => {
      while (writing) await write().catch(note);
    });
    const count = () => acknowledged.analyses.length + acknowledged.rules.length;
    const more = async (by: number) => {
      const least = count() + by;
      await expect.poll(count, { timeout: 30_000, interval: 10 }).toBeGreaterThanOrEqual(least);
    };
    const times: number[] = [];
    for (const fault of ['kill', 'stop', 'kill'] as const) {
      await more(75);
      if (fault === 'kill') {
        await stop();
        await sleep(300);
        await start();
      } else {
        server!.process.kill('SIGSTOP');
        await sleep(4500);
        server!.process.kill('SIGCONT');
      }
      const began = performance.now();
      await back(store);
      times.push(Math.round(performance.now() - began));
    }
    await more(75);
    writing = false;
    await Promise.all(writers);
    expect(count()).toBeGreaterThanOrEqual(300);
    expect([...refused]).toEqual(['DB_001']);
    // A process of its own that comes back after everything finds all of it.
    await stop();
    await start();
    const again = open(`mongodb://127.0.0.1:${port}/${store.db.databaseName}?directConnection=true`).records;
    for (const id of acknowledged.analyses) expect(await again.analyses.state(id)).toEqual({ id });
    for (const id of acknowledged.rules) {
      expect(await again.rules.get(id)).not.toBeNull();
      expect((await again.rules.history(id)).versions).toHaveLength(1);
    }
    expect(await again.check({ limitMs: 20_000, thorough: true })).toMatchObject({ unreadableCount: 0, damage: null });
    console.log(`acknowledged ${count()}, lost 0; back after ${times.join(', ')} ms`);
  }, 240_000);

  it('is told of by every flow while it is killed or frozen, and works again by itself', async () => {
    const rows = new Map<string, readonly Answer[]>();
    const flows = Object.keys(FLOWS);
    await start();
    const own = openServer(address());
    let known: Known = await prepare(own);
    const strike = async (name: string, begin: () => unknown, end: () => unknown) => {
      await begin();
      const answers: Answer[] = [];
      for (const flow of flows) answers.push(await ask(flow, own, known));
      rows.set(name, answers);
      const slow = answers.filter(({ ms }) => ms > LATER_MS).map(({ ms }) => ms);
      expect(slow.length, slow.join()).toBeLessThanOrEqual(name === 'none' ? flows.length : 2);
      for (const ms of slow) expect(ms).toBeLessThan(FIRST_MS);
      for (const { text } of answers) expect(text).not.toMatch(/SYSTEM_003|without advice/);
      await end();
      await back(own.store);
      known = { ...known, victim: (await prepare(own)).victim };
    };
    const nothing = () => undefined;
    await strike('none', nothing, nothing);
    await strike('killed', stop, start);
    await strike(
      'frozen',
      () => server!.process.kill('SIGSTOP'),
      () => server!.process.kill('SIGCONT'),
    );
    for (const id of known.acknowledged.analyses) expect(await own.service.get(localCall, id)).toBeDefined();
    for (const id of known.acknowledged.rules) expect(await own.rules.get(localCall, id)).toBeDefined();
    await expect(page(rows)).toMatchFileSnapshot('../../docs/faults-mongodb.md');
    for (const [name, answers] of rows) console.log(name, answers.map(({ ms }) => Math.round(ms)).join(' '));
  }, 240_000);

  it('is not there at the start: analyses answer, and are stored as soon as it comes', async () => {
    const own = openServer(address());
    const { text } = await ask('analyze_image, stored', own, { acknowledged: {} } as Known);
    expect(text).toBe('done, not stored');
    expect((await own.health()).status).toBe('degraded');
    await start();
    // An empty database is set up first.
    await expect.poll(() => own.store.status().state, { timeout: 10_000 }).toBe('connected');
    const known = await prepare(own);
    expect(await ask('analyze_image, stored', own, known)).toMatchObject({ text: 'done' });
  }, 120_000);

  it('does a write again whose connection broke, and tells a full disk from a lost server', async () => {
    await start();
    const own = openServer(address());
    const known = await prepare(own);
    const fail = (data: object, times = 1) =>
      own.store.db.client.db('admin').command({
        configureFailPoint: 'failCommand',
        mode: { times },
        data: { failCommands: ['update'], ...data },
      });
    await fail({ closeConnection: true });
    expect(await ask('analyze_image, stored', own, known)).toMatchObject({ text: 'done' });
    await fail({ errorCode: 91, errorLabels: ['RetryableWriteError'] });
    expect(await ask('create_rule', own, known)).toMatchObject({ text: 'done' });
    await fail({ errorCode: 14_031 });
    expect(await ask('analyze_image, stored', own, known)).toMatchObject({ text: 'done, not stored' });
    expect(own.store.status().state).toBe('connected');
    expect(await ask('analyze_image, stored', own, known)).toMatchObject({ text: 'done' });
    for (const id of known.acknowledged.analyses) expect(await own.service.get(localCall, id)).toBeDefined();
  }, 120_000);

  it('refuses a wrong password and one without rights, and neither is told', async () => {
    await start();
    const admin = new MongoClient(server!.uri);
    const users = ['right', 'reader'].map((user) => ({
      createUser: user,
      pwd: 'p%40ss-secret',
      roles: [{ role: user === 'reader' ? 'read' : 'readWriteAnyDatabase', db: 'admin' }],
    }));
    for (const user of users) await admin.db('admin').command(user);
    await admin.close();
    await stop();
    await start({ auth: true });
    const withUser = (user: string) => `${address(`${user}@`)}&authSource=admin`;
    const wrong = open(withUser('right:wr0ng-secret'));
    const error = await wrong.records.ping().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'DB_001', message: /refuses the user or the password/, advice: /authSource/ });
    expect(wrong.store.status().state).toBe('refused');
    const { cause } = error as { cause: Error };
    expect(`${JSON.stringify(error)} ${cause.stack} ${cause.message}`).not.toMatch(/secret|127\.0\.0\.1|right/);
    const own = open(withUser('right:p%2540ss-secret')).records;
    const analysis = sampleAnalysis();
    await own.analyses.put({ owner: 'ann', analysis, imageKey: null, state: 1 });
    expect(await own.analyses.state(analysis.analysis_id)).toBe(1);
  }, 120_000);
});

function page(rows: ReadonlyMap<string, readonly Answer[]>): string {
  const flows = Object.keys(FLOWS);
  return `# What is answered when MongoDB is gone

As [faults.md](faults.md), with records on a MongoDB server that is killed (SIGKILL) or frozen (SIGSTOP) under a running server.
The first call that finds it silent waits ${FIRST_MS / 1000} s at most, those after it less than ${LATER_MS} ms; ${RECOVERED_MS / 1000} s after the server
answers again, most often in one, everything works, and nothing that was acknowledged is lost. Written by
\`npx vitest run --project unit tests/faults -u\` with \`npm run services\`.

| | ${flows.join(' | ')} |
|---|${flows.map(() => '---|').join('')}
${[...rows].map(([name, answers]) => `| ${name} | ${answers.map(({ text }) => text).join(' | ')} |`).join('\n')}
`;
}
