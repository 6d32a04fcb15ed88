import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Runpod } from '../../../src/fleet/runpod/open-runpod.ts';
import { type CloudServer, cloudName, type LogLine } from '../../../src/ports/gpu-cloud.ts';
import { type FakeRunpod, startFakeRunpod } from '../../fakes/runpod/fake-runpod.ts';
import { type ManualTime, manualTime } from '../../fakes/runpod/time.ts';
import { until } from '../../support/receiver.ts';
import { clientOf, ever, QuickClock, spec } from './support.ts';

let time: ManualTime;
let fake: FakeRunpod;
let runpod: Runpod;
let server: CloudServer;
beforeEach(async () => {
  time = manualTime();
  fake = await startFakeRunpod({ time, rates: null });
  runpod = clientOf(fake, { clock: new QuickClock(), limits: { silenceMs: 300 } });
  server = await runpod.cloud.create(spec(), ever);
});
afterEach(async () => {
  await runpod.close();
  await fake.close();
});

const write = (line: string) => fake.account.pods.get(server.id)?.logs.write(time.now(), line);

/** Reads until it is stopped. */
function reading(from: { after: string | null; tail: number }, of = server) {
  const stop = new AbortController();
  const lines: LogLine[] = [];
  const done = (async () => {
    for await (const line of runpod.cloud.logs(of, from, stop.signal)) lines.push(line);
  })();
  const end = () => {
    stop.abort();
    return done;
  };
  return { lines, end, done };
}
const texts = (lines: readonly LogLine[]) => lines.map(({ text }) => text);

it('comes as it is written, from the last lines on', async () => {
  for (const line of ['a', 'b', 'c']) write(line);
  const log = reading({ after: null, tail: 2 });
  await until(() => log.lines.length === 2);
  time.advance(5);
  write('d');
  await until(() => log.lines.length === 3);
  await log.end();
  expect(texts(log.lines)).toEqual(['b', 'c', 'd']);
  expect(log.lines[2]).toMatchObject({ at: new Date(time.now()).toISOString(), source: 'container' });
});

it('goes on after broken and silent connections without a line twice or none, also of one moment', async () => {
  const log = reading({ after: null, tail: 0 });
  const wanted: string[] = [];
  await until(() => fake.calls.some(({ path, status }) => path.includes('/logs') && status === 200));
  for (let n = 0; n < 30; n++) {
    // Ten of each moment.
    if (n % 10 === 0) time.advance(1);
    write(`${n}`);
    wanted.push(`${n}`);
    await until(() => log.lines.length === n + 1);
    if (n % 4 === 3) fake.dropStreams();
    if (n === 17) await new Promise((done) => setTimeout(done, 400));
  }
  await log.end();
  expect(texts(log.lines)).toEqual(wanted);
  expect(fake.calls.filter(({ path }) => path.includes('/logs')).length).toBeGreaterThan(7);
});

it('is taken up again by its cursor, in the middle of a moment', async () => {
  for (const line of ['a', 'b', 'c']) write(line);
  const first = reading({ after: null, tail: 3 });
  await until(() => first.lines.length === 3);
  await first.end();
  const second = reading({ after: first.lines[0]?.cursor ?? null, tail: 0 });
  await until(() => second.lines.length === 2);
  write('d');
  await until(() => second.lines.length === 3);
  await second.end();
  expect(texts(second.lines)).toEqual(['b', 'c', 'd']);
});

it('ends with the server, and is none of one that is not there', async () => {
  const log = reading({ after: null, tail: 1 });
  await until(() => log.lines.length === 1);
  await runpod.cloud.terminate(server, ever);
  await expect(log.done).rejects.toMatchObject({ code: 'SERVER_001' });
});

it('refuses a cursor that nobody gave out', async () => {
  for (const after of [
    'x',
    'a@b',
    '@2026\r\nx-evil: 1@0123456789ab@1',
    `${'m@2026@0123456789ab@1,'.repeat(70)}m@2026@0123456789ab@1`,
  ]) {
    await expect(reading({ after, tail: 0 }).done).rejects.toMatchObject({ code: 'VALIDATION_002' });
  }
});

it('shows nothing of the key, no controls, and long lines in part', async () => {
  write(`key ${fake.key}\u001b[31m red\r\nnext`);
  write('x'.repeat(300_000));
  write('y'.repeat(20_000));
  write('end');
  const log = reading({ after: null, tail: 5 });
  await until(() => texts(log.lines).includes('end'), 20_000);
  await log.end();
  const [, secret] = texts(log.lines);
  expect(secret).toBe('key [credential] [31m red next');
  expect(texts(log.lines)).toContain('y'.repeat(4000));
});

it('is that of all workers of a serverless server, and of those that come', async () => {
  const made = await runpod.cloud.create(
    spec({ type: 'serverless', name: cloudName('srv_two'), workers: { min: 2, max: 3 } }),
    ever,
  );
  const endpoint = fake.account.endpoints.get(made.id);
  const [one, two] = [...(endpoint?.workers.values() ?? [])];
  one?.logs.write(time.now(), 'of one');
  two?.logs.write(time.now(), 'of two');
  const log = reading({ after: null, tail: 1 }, made);
  await until(() => log.lines.length === 2);
  expect(texts(log.lines).sort()).toEqual(['of one', 'of two']);
  const last = log.lines[1]?.cursor ?? null;
  await log.end();
  await runpod.cloud.update(made, { workers: { min: 3, max: 3 } }, ever);
  const three = [...(endpoint?.workers.values() ?? [])][2];
  two?.logs.write(time.now(), 'two again');
  three?.logs.write(time.now(), 'of three');
  const second = reading({ after: last, tail: 1 }, made);
  await until(() => second.lines.length >= 2);
  await second.end();
  expect(texts(second.lines).sort()).toEqual(['of three', 'two again']);
});
