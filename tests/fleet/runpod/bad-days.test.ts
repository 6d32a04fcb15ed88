import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRunpod, type Runpod, type RunpodOptions } from '../../../src/fleet/runpod/open-runpod.ts';
import { NoCapacity } from '../../../src/ports/gpu-cloud.ts';
import { type FakeRunpod, startFakeRunpod } from '../../fakes/runpod/fake-runpod.ts';
import { type ManualTime, manualTime } from '../../fakes/runpod/time.ts';
import { clientOf, ever, QuickClock, settingsOf, spec } from './support.ts';

let time: ManualTime;
let fake: FakeRunpod;
let clock: QuickClock;
const opened: Runpod[] = [];
beforeEach(async () => {
  time = manualTime();
  fake = await startFakeRunpod({ time });
  clock = new QuickClock((ms) => time.advance(ms));
});
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
  await fake.close();
});

function client(options: RunpodOptions = {}): Runpod {
  const runpod = clientOf(fake, { clock, ...options });
  opened.push(runpod);
  return runpod;
}

const calls = (method: string) => fake.calls.filter((call) => call.method === method).length;

describe('what is tried again', () => {
  it.each([
    [{ kind: 'status', status: 503 }],
    [{ kind: 'reset' }],
    [{ kind: 'hang' }],
    [{ kind: 'status', status: 429, retryAfterS: 7 }],
  ] as const)('a question after %o', async (fault) => {
    fake.faults.add({ times: 2, fault });
    expect(await client({ limits: { timeoutMs: 700 } }).cloud.catalog('timed', ever)).toHaveLength(17);
    expect(calls('GET')).toBe(3);
  });

  it('a termination, which is the same done twice', async () => {
    const { cloud } = client();
    const made = await cloud.create(spec(), ever);
    fake.faults.add({ method: 'DELETE', times: 1, fault: { kind: 'lose' } });
    await cloud.terminate(made, ever);
    expect([calls('DELETE'), fake.account.pods.size]).toEqual([2, 0]);
  });

  it('a stop by looking first whether it came to pass', async () => {
    const { cloud } = client();
    const made = await cloud.create(spec(), ever);
    fake.faults.add({ path: '/action', times: 1, fault: { kind: 'lose' } });
    expect((await cloud.stop(made, ever)).state).toBe('stopped');
    expect(calls('POST')).toBe(2);
  });

  it('no restart: twice is not once', async () => {
    const { cloud } = client();
    const made = await cloud.create(spec(), ever);
    time.advance(60_000);
    fake.faults.add({ path: '/action', times: 1, fault: { kind: 'lose' } });
    await expect(cloud.restart(made, null, ever)).rejects.toMatchObject({ code: 'SERVER_004' });
    expect(calls('POST')).toBe(2);
  });

  it('no refusal', async () => {
    fake.faults.add({ fault: { kind: 'status', status: 418, detail: 'teapot' } });
    const refused = { code: 'SERVER_003', details: { provider_says: 'teapot', provider_status: 418 } };
    await expect(client().cloud.list(ever)).rejects.toMatchObject(refused);
    expect(fake.calls.length).toBeLessThan(3);
  });
});

describe('limits of calls', () => {
  it('are waited for as long as RunPod says', async () => {
    fake.faults.add({ times: 1, fault: { kind: 'status', status: 429, retryAfterS: 17 } });
    await client().cloud.catalog('timed', ever);
    expect(clock.pauses).toHaveLength(1);
    expect(clock.pauses[0]).toBeGreaterThan(16_900);
  });

  it('are kept by their headers, so that no call is refused', async () => {
    const { cloud } = client();
    for (let n = 0; n < 200; n++) await cloud.catalog('timed', ever);
    expect(fake.calls.filter(({ status }) => status === 429)).toEqual([]);
    expect(clock.pauses.length).toBeGreaterThanOrEqual(3);
  });

  it('are told where the wait would be too long', async () => {
    fake.faults.add({ fault: { kind: 'status', status: 429, retryAfterS: 900 } });
    const { cloud } = client();
    await expect(cloud.catalog('timed', ever)).rejects.toMatchObject({ code: 'SERVER_004', retryAfterS: 120 });
    const before = fake.calls.length;
    await expect(cloud.catalog('timed', ever)).rejects.toMatchObject({ code: 'SERVER_004' });
    expect(fake.calls.length).toBe(before);
  });
});

describe('a creation', () => {
  it.each([
    [400, NoCapacity],
    [403, NoCapacity],
  ])('is refused with %i as one that another GPU may have better luck with', async (status, kind) => {
    fake.faults.add({ method: 'POST', fault: { kind: 'status', status, detail: 'none of these' } });
    const creating = client().cloud.create(spec(), ever);
    await expect(creating).rejects.toThrow(kind);
    await expect(creating).rejects.toMatchObject({ says: 'none of these' });
  });

  it.each([
    [401, 'SERVER_003'],
    [402, 'SERVER_003'],
    [404, 'SERVER_003'],
    [409, 'SERVER_002'],
    [422, 'SERVER_003'],
  ])('is refused with %i as %s, once', async (status, code) => {
    fake.faults.add({ method: 'POST', fault: { kind: 'status', status, detail: 'its words' } });
    const refused = { code, details: { provider_says: 'its words' } };
    await expect(client().cloud.create(spec(), ever)).rejects.toMatchObject(refused);
    expect(calls('POST')).toBe(1);
  });

  it('names the field that RunPod does not know', async () => {
    const odd = { ...spec(), env: { A: 1 } as unknown as Record<string, string> };
    await expect(client().cloud.create(odd, ever)).rejects.toMatchObject({
      details: { provider_says: expect.stringMatching(/^request body validation failed; \$\.env\.A: /) },
    });
  });

  it('without balance says so', async () => {
    fake.account.balance = 0;
    const poor = { message: 'The balance at RunPod does not suffice.', code: 'SERVER_003' };
    await expect(client().cloud.create(spec(), ever)).rejects.toMatchObject(poor);
  });
});

it('asks nothing without a key', async () => {
  const runpod = openRunpod({ ...settingsOf(fake), key: () => undefined });
  opened.push(runpod);
  await expect(runpod.cloud.list(ever)).rejects.toMatchObject({ code: 'SERVER_003' });
  await expect(runpod.jobs.health('e1', ever)).rejects.toMatchObject({ code: 'SERVER_003' });
  expect(fake.calls).toEqual([]);
});

it('sends no id that would be another address', async () => {
  const { cloud, jobs } = client();
  for (const id of ['../serverless', 'a/b', 'a?b', '', 'x'.repeat(65)]) {
    await expect(cloud.get('timed', id, ever)).rejects.toMatchObject({ code: 'SERVER_001' });
    await expect(jobs.status('e1', id.replace('x'.repeat(65), 'x'.repeat(129)), ever)).rejects.toMatchObject({
      code: 'SERVER_001',
    });
    await expect(jobs.health(id, ever)).rejects.toMatchObject({ code: 'SERVER_001' });
  }
  expect(fake.calls).toEqual([]);
});

it('ends when its caller leaves, also while it waits', async () => {
  fake.faults.add({ fault: { kind: 'hang' } });
  const { cloud } = client();
  const leaving = new AbortController();
  setTimeout(() => leaving.abort(), 50);
  await expect(cloud.list(leaving.signal)).rejects.toMatchObject({ code: 'ANALYSIS_006' });
  fake.faults.clear();
  fake.faults.add({ fault: { kind: 'status', status: 429, retryAfterS: 50 } });
  const real = openRunpod(settingsOf(fake));
  opened.push(real);
  const soon = AbortSignal.timeout(100);
  await expect(real.cloud.list(soon)).rejects.toMatchObject({ code: 'ANALYSIS_006' });
});

describe('answers that are none', () => {
  let server: Server;
  const KEY = 'rpa_very_secret_0123456789';

  async function asking(listener: RequestListener): Promise<Runpod> {
    server = createServer(listener);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const settings = { ...settingsOf(fake), key: () => KEY, restUrl: `${url}/v2`, jobsUrl: `${url}/jobs` };
    const runpod = openRunpod(settings, { clock, limits: { timeoutMs: 2000, maxBytes: 100_000 } });
    opened.push(runpod);
    return runpod;
  }
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });

  const broken =
    (status: number, body: string): RequestListener =>
    (_, response) =>
      void response.writeHead(status).end(body);

  it.each([
    ['no JSON', broken(200, '<html>')],
    ['other JSON', broken(200, '{"pods":{}}')],
    [
      'an id that is a path',
      broken(
        200,
        JSON.stringify({ pods: [{ id: '../x', name: 'a', status: 'RUNNING', createdAt: '2026-11-28T12:00:00Z' }] }),
      ),
    ],
    [
      'no end',
      ((_, response) => {
        response.writeHead(200);
        const more = () => response.write('x'.repeat(10_000), () => !response.destroyed && setImmediate(more));
        more();
      }) as RequestListener,
    ],
    [
      'another address',
      ((_, response) => void response.writeHead(302, { location: 'http://127.0.0.1:9/' }).end()) as RequestListener,
    ],
    ['words that are no HTTP', ((request) => void request.socket.end('220 mail\r\n')) as RequestListener],
  ])('%s', async (_, listener) => {
    const { cloud } = await asking(listener);
    const failed = await cloud.list(ever).catch((thrown: unknown) => thrown);
    expect(failed).toMatchObject({ code: expect.stringMatching(/^SERVER_00[34]$/) });
  });

  it('never show the key, even where RunPod repeats it', async () => {
    const echo: RequestListener = ({ headers }, response) => {
      const body = {
        title: KEY,
        status: 400,
        detail: `no ${headers.authorization}`,
        errors: [Buffer.from(KEY).toString('base64')],
      };
      response.writeHead(418, { 'x-key': KEY }).end(JSON.stringify(body));
    };
    const { cloud, jobs } = await asking(echo);
    for (const asked of [
      cloud.list(ever),
      cloud.create(spec(), ever),
      jobs.run('e1', {}, {}, ever),
      cloud
        .logs({ id: 'p1', type: 'timed' } as never, { after: null, tail: 1 }, ever)
        [Symbol.asyncIterator]()
        .next(),
    ]) {
      const failed = await asked.catch((thrown: unknown) => thrown);
      const shown = JSON.stringify(failed) + String(failed) + deep(failed);
      expect(shown).toContain('418');
      expect(shown).not.toContain(KEY);
      expect(shown).not.toContain(Buffer.from(KEY).toString('base64'));
    }
  });

  it('are read as far as they are known', async () => {
    const pod = {
      id: 'p1',
      name: 'a',
      status: 'HIBERNATING',
      createdAt: '2026-11-28T12:00:00+01:00',
      image: 'i',
      later: { x: 1 },
      runtime: {},
      cost: null,
      locked: 'maybe',
    };
    const { cloud } = await asking((request, response) => {
      const list = request.url?.includes('pods') ? { pods: [pod], next: 'x' } : { endpoints: [] };
      response.end(JSON.stringify(list));
    });
    expect(await cloud.list(ever)).toEqual([
      {
        id: 'p1',
        type: 'timed',
        name: 'a',
        state: 'pending',
        url: null,
        instances: 0,
        workers: null,
        costPerHour: null,
        image: 'i',
        createdAt: '2026-11-28T11:00:00.000Z',
        startedAt: null,
        locked: false,
        gpus: null,
      },
    ]);
  });
});

/** Every text in an error and its causes. */
function deep(value: unknown, seen = new Set<unknown>()): string {
  if (value === null || typeof value !== 'object') return String(value);
  if (seen.has(value)) return '';
  seen.add(value);
  return Object.getOwnPropertyNames(value)
    .map((key) => deep((value as Record<string, unknown>)[key], seen))
    .join(' ');
}
