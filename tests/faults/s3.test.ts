import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readAll } from '../../src/ports/byte-stream.ts';
import { createS3Blobs } from '../../src/storage/s3/blobs.ts';
import { Bucket } from '../../src/storage/s3/bucket.ts';
import type { S3Settings } from '../../src/storage/s3/client.ts';
import { createSqliteRecords } from '../../src/storage/sqlite/records.ts';
import { type Fault, type FaultyProxy, startFaultyProxy } from '../services/faulty-proxy.ts';
import { freePort } from '../services/mongodb-server.ts';
import { S3_USER, type S3Server, signalS3Server, startS3Server, stopS3Server } from '../services/s3-server.ts';
import { localCall } from '../support/caller.ts';
import { freshBucket, S3_BIN } from '../support/s3.ts';
import { type Answer, ask, FLOWS, type Known, openServerOver, prepare, type Server } from './flows.ts';

/** A call that finds the server silent waits for so long, and those that are refused at once for no longer than this, ms. */
const FIRST_MS = 6000;
const LATER_MS = 700;
/** Once the server answers again. */
const RECOVERED_MS = 2000;

let base: string;
let folder: string;
let port: number;
let server: S3Server | null = null;
let proxy: FaultyProxy;
const opened: { close(): Promise<unknown> }[] = [];

const start = async () => {
  server = await startS3Server({ bin: S3_BIN!, folder: join(base, 's3'), port });
};
const stop = async () => {
  if (server) await stopS3Server(server);
  server = null;
};

function openBucket(more: Partial<S3Settings> = {}, states: string[] = []) {
  const settings = { ...freshBucket({ ...S3_USER, endpoint: proxy.endpoint }), ...more };
  const bucket = new Bucket(settings, (state) => states.push(state));
  opened.push(bucket);
  return bucket;
}

function openServer(bucket = openBucket()): Server & { readonly bucket: Bucket } {
  const records = createSqliteRecords(join(folder, 'records.db'));
  opened.push(records);
  return {
    ...openServerOver(
      folder,
      records,
      () => true,
      createS3Blobs(bucket, () => 'store'),
    ),
    bucket,
  };
}

const back = (bucket: Bucket) =>
  expect.poll(() => bucket.state, { timeout: RECOVERED_MS, interval: 10 }).toBe('connected');

describe.skipIf(S3_BIN === null)('S3', () => {
  beforeAll(async () => {
    base = mkdtempSync(join(tmpdir(), 'h200-s3-faults-'));
    port = await freePort();
    await start();
    proxy = await startFaultyProxy(`http://127.0.0.1:${port}`);
  }, 180_000);
  afterAll(async () => {
    proxy?.close();
    await stop();
    rmSync(base, { recursive: true, force: true, maxRetries: 5 });
  });
  beforeEach(() => {
    folder = mkdtempSync(join(base, 'data-'));
    proxy.fault = { kind: 'none' };
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((one) => one.close()));
    if (server === null) await start();
  });

  it('is told of by every flow whatever becomes of it, and works again by itself', async () => {
    const rows = new Map<string, readonly Answer[]>();
    const flows = Object.keys(FLOWS);
    const own = openServer();
    let known: Known = await prepare(own);
    const strike = async (name: string, begin: () => unknown, end: () => unknown, slow = 2) => {
      await begin();
      const answers: Answer[] = [];
      for (const flow of flows) answers.push(await ask(flow, own, known));
      rows.set(name, answers);
      for (const { text } of answers) expect(text).not.toMatch(/SYSTEM_003|without advice/);
      const late = answers.filter(({ ms }) => ms > LATER_MS).map(({ ms }) => ms);
      expect(late.length, `${name}: ${late.join()}`).toBeLessThanOrEqual(slow);
      for (const ms of late) expect(ms).toBeLessThan(FIRST_MS);
      await end();
      await back(own.bucket);
      known = { ...known, victim: (await prepare(own)).victim };
    };
    const set = (fault: Fault) => () => {
      proxy.fault = fault;
    };
    const mend = set({ kind: 'none' });
    const answer = (status: number, code: string, methods = ['PUT']) => set({ kind: 'answer', status, code, methods });
    await strike('none', mend, mend, flows.length);
    await strike('killed', stop, start);
    const signal = (name: NodeJS.Signals) => () => signalS3Server(server!, name);
    await strike('frozen', signal('SIGSTOP'), signal('SIGCONT'));
    await strike('every answer takes 0.6 s', set({ kind: 'slow', ms: 600 }), mend, flows.length);
    await strike('full (507)', answer(507, 'XMinioStorageFull'), mend);
    await strike('overloaded (503)', answer(503, 'SlowDown', ['PUT', 'GET', 'DELETE']), mend, 4);
    await strike('the key loses its rights (403)', answer(403, 'AccessDenied', ['PUT', 'GET', 'DELETE']), mend);
    await strike('an answer ends in the middle', set({ kind: 'cut' }), mend);
    await strike('an answer has another byte in it', set({ kind: 'garbled' }), mend);
    for (const id of known.acknowledged.analyses) {
      expect((await own.service.annotatedImage(localCall, id)).bytes.length).toBeGreaterThan(100);
    }
    await expect(page(rows)).toMatchFileSnapshot('../../docs/faults-s3.md');
    for (const [name, answers] of rows) console.log(name, answers.map(({ ms }) => Math.round(ms)).join(' '));
  }, 180_000);

  it('killed, frozen and restarted in the middle of writes: nothing acknowledged is lost', async () => {
    const bucket = openBucket();
    const blobs = createS3Blobs(bucket, () => 'store');
    const acknowledged: string[] = [];
    const refused = new Set<string>();
    let writing = true;
    let n = 0;
    const bytesOf = (key: string) => Buffer.alloc(30_000, key);
    const writers = Array.from({ length: 4 }, async () => {
      while (writing) {
        const key = `image/${n++}`;
        await blobs.put(key, bytesOf(key), 'image/jpeg', { maxBytes: 1e6 }).then(
          () => acknowledged.push(key),
          ({ code }: { code: string }) => {
            refused.add(code);
            return sleep(20);
          },
        );
      }
    });
    const more = async (by: number) => {
      const least = acknowledged.length + by;
      await expect.poll(() => acknowledged.length, { timeout: 30_000, interval: 10 }).toBeGreaterThanOrEqual(least);
    };
    const times: number[] = [];
    for (const fault of ['kill', 'stop', 'kill'] as const) {
      await more(40);
      if (fault === 'kill') {
        await stop();
        await sleep(300);
        await start();
      } else {
        signalS3Server(server!, 'SIGSTOP');
        await sleep(5500);
        signalS3Server(server!, 'SIGCONT');
      }
      const began = performance.now();
      await back(bucket);
      times.push(Math.round(performance.now() - began));
    }
    await more(40);
    writing = false;
    await Promise.all(writers);
    expect([...refused]).toEqual(['STORAGE_004']);
    for (const key of acknowledged) {
      const found = await blobs.get(key);
      expect((await readAll(found!.stream, 1e6)).equals(bytesOf(key))).toBe(true);
    }
    console.log(`acknowledged ${acknowledged.length}, lost 0; back after ${times.join(', ')} ms`);
  }, 120_000);

  it('is not there at the start: analyses answer, and are stored as soon as it comes', async () => {
    await stop();
    const own = openServer();
    const { text } = await ask('analyze_image, stored', own, { acknowledged: {} } as Known);
    expect(text).toBe('done, not stored');
    expect((await own.health()).status).toBe('degraded');
    await start();
    await back(own.bucket);
    const known = await prepare(own);
    expect(await ask('analyze_image, stored', own, known)).toMatchObject({ text: 'done' });
  }, 120_000);

  it('makes the bucket again that somebody removed, and says of its photos that they are lost', async () => {
    const own = openServer();
    const known = await prepare(own);
    await removeBucket(own.bucket);
    const drawn = async () => (await ask('annotated image', own, known)).text;
    expect(await drawn()).toBe('STORAGE_004');
    await expect.poll(drawn, { timeout: RECOVERED_MS }).toBe('STORAGE_002');
    expect(await ask('analyze_image, stored', own, known)).toMatchObject({ text: 'done' });
    expect(await ask('annotated image', own, { ...known, analysis: known.acknowledged.analyses[0]! })).toMatchObject({
      text: 'done',
    });
  }, 120_000);

  it.each([
    ['a wrong secret', { secretAccessKey: 'p4ss-other' }, /access key or its secret/],
    ['a key that nobody has', { accessKeyId: 'test:n0body' }, /access key or its secret/],
    ['another region', { region: 'eu-somewhere-9' }, /another region/],
    ['a name that no bucket can have', { bucket: 'Not_A_Bucket' }, /cannot be had under this name/],
    ['nobody who listens', { endpoint: 'http://127.0.0.1:9' }, /cannot be reached/],
  ])('says what is wrong with %s at once, and does not ask again and again', async (_what, more, words) => {
    const states: string[] = [];
    const bucket = openBucket(more, states);
    const blobs = createS3Blobs(bucket, () => 'store');
    const put = () => blobs.put('image/x', Buffer.from('v'), 'image/jpeg', { maxBytes: 10 });
    const error = await put().catch((thrown) => thrown);
    expect(error).toMatchObject({ code: 'STORAGE_004', message: expect.stringMatching(words) });
    expect(error.advice).toMatch(/R2_/);
    const before = proxy.seen;
    for (let n = 0; n < 50; n += 1) await expect(put()).rejects.toMatchObject({ code: 'STORAGE_004' });
    expect(proxy.seen - before).toBeLessThan(5);
    expect(states.length).toBe(1);
    expect(`${error.message} ${error.advice} ${error.cause?.message}`).not.toMatch(/p4ss|n0body|somewhere|127\.0\.0/);
  });

  it('ends what waits when it is closed, and takes no more than it can hold', async () => {
    const bucket = openBucket();
    const blobs = createS3Blobs(bucket, () => 'store');
    await blobs.put('image/x', Buffer.from('v'), 'image/jpeg', { maxBytes: 10 });
    proxy.fault = { kind: 'slow', ms: 1900 };
    const waiting = Array.from({ length: 300 }, () => blobs.stat('image/x').catch((thrown) => thrown.code));
    const refused = (await Promise.race([Promise.all(waiting.slice(256)), sleep(500)])) as string[];
    expect(new Set(refused)).toEqual(new Set(['SYSTEM_002']));
    const began = performance.now();
    await bucket.close();
    expect(performance.now() - began).toBeLessThan(2500);
    await expect(blobs.stat('image/x')).rejects.toMatchObject({ code: 'SYSTEM_001' });
    await Promise.all(waiting);
    const other = openBucket();
    const frozen = createS3Blobs(other, () => 'store');
    await frozen.stat('image/x');
    proxy.fault = { kind: 'slow', ms: 60_000 };
    const asked = frozen.stat('image/x').catch((thrown) => thrown.code);
    const from = performance.now();
    await other.close();
    expect(await asked).toBe('SYSTEM_001');
    expect(performance.now() - from).toBeLessThan(2800);
  });
});

async function removeBucket(bucket: Bucket): Promise<void> {
  const { DeleteBucketCommand, DeleteObjectCommand, ListObjectsV2Command } = await import('@aws-sdk/client-s3');
  await bucket.call(async (client) => {
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket.name }));
    for (const { Key } of Contents) await client.send(new DeleteObjectCommand({ Bucket: bucket.name, Key }));
    await client.send(new DeleteBucketCommand({ Bucket: bucket.name }));
  });
}

function page(rows: ReadonlyMap<string, readonly Answer[]>): string {
  const flows = Object.keys(FLOWS);
  return `# What is answered when the S3 server is gone

As [faults.md](faults.md), with photos in a bucket of an S3 server that is killed (SIGKILL), frozen (SIGSTOP) or broken under a
running server; records are where they are. The first call that finds it silent waits ${FIRST_MS / 1000} s at most, those after it
less than ${LATER_MS} ms; ${RECOVERED_MS / 1000} s after the server answers again, most often in half a second, everything works, and
nothing that was acknowledged is lost. A deletion that could not remove the photo says so; the sweep of a running server does.
Written by \`npx vitest run --project unit tests/faults -u\` with \`npm run services\`.

| | ${flows.join(' | ')} |
|---|${flows.map(() => '---|').join('')}
${[...rows].map(([name, answers]) => `| ${name} | ${answers.map(({ text }) => text).join(' | ')} |`).join('\n')}
`;
}
