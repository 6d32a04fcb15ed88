import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it, vi } from 'vitest';
import { AppError } from '../../src/errors.ts';
import { Availability } from '../../src/storage/availability.ts';
import { MONGO_ERRORS, storeError } from '../../src/storage/mongo/driver-errors.ts';

const LIMITS = { answerMs: 200, slowMs: 60, doubtMs: 50, retryMs: 20, refusedMs: 100 };
const network = () => Object.assign(new Error('connect ECONNREFUSED db.example'), { name: 'MongoNetworkError' });
const password = () => Object.assign(new Error('bad auth for hans'), { name: 'MongoServerError', code: 18 });
const never = () => new Promise<never>(() => undefined);

let open: Availability | undefined;
afterEach(() => open?.close());

function make(probe: () => Promise<unknown>) {
  const states: string[] = [];
  open = new Availability({ answers: probe, connect: probe }, MONGO_ERRORS, (state) => states.push(state), LIMITS);
  return { availability: open, states };
}

it('waits for the first connection, and tells all who ask meanwhile what came of it', async () => {
  const { availability, states } = make(() => sleep(40));
  expect(await Promise.all([availability.run(async () => 1), availability.run(async () => 2)])).toEqual([1, 2]);
  expect(states).toEqual(['connected']);
});

it('refuses at once while the server is gone, asks one question at a time, and works again when it is back', async () => {
  let up = false;
  let asked = 0;
  const { availability, states } = make(async () => {
    asked += 1;
    if (!up) throw network();
  });
  await expect(availability.run(async () => 1)).rejects.toMatchObject({
    code: 'DB_001',
    message: 'MongoDB cannot be reached.',
    retryAfterS: 1,
  });
  const work = vi.fn(async () => 1);
  const started = performance.now();
  for (let n = 0; n < 100; n += 1) await expect(availability.run(work)).rejects.toMatchObject({ code: 'DB_001' });
  expect(performance.now() - started).toBeLessThan(100);
  expect(work).not.toHaveBeenCalled();
  expect(asked).toBeLessThan(10);
  up = true;
  await expect.poll(() => availability.state, { timeout: 500, interval: 5 }).toBe('connected');
  expect(await availability.run(work)).toBe(1);
  expect(states).toEqual(['unreachable', 'connected']);
});

it('ends every call that waits as soon as the server is found gone', async () => {
  let frozen = false;
  const { availability } = make(() => (frozen ? never() : Promise.resolve()));
  await availability.run(async () => 1);
  frozen = true;
  const started = performance.now();
  const calls = Array.from({ length: 5 }, (_, n) => sleep(n * 40).then(() => availability.run(never)));
  const ended = await Promise.allSettled(calls);
  for (const one of ended) expect(one).toMatchObject({ status: 'rejected', reason: { code: 'DB_001' } });
  expect(performance.now() - started).toBeLessThan(LIMITS.answerMs + LIMITS.doubtMs + 100);
});

it('does not give up a server that answers for one call that was too long or lost its connection', async () => {
  const { availability, states } = make(async () => undefined);
  await expect(availability.run(never)).rejects.toMatchObject({ code: 'DB_001', message: /in time/ });
  await expect(availability.run(() => Promise.reject(network()))).rejects.toMatchObject({ code: 'DB_001' });
  expect(await availability.run(async () => 'ok')).toBe('ok');
  await sleep(LIMITS.doubtMs * 2);
  expect(states).toEqual(['connected']);
});

it('asks one that refuses it less often', async () => {
  let asked = 0;
  const { availability } = make(async () => {
    asked += 1;
    throw password();
  });
  await expect(availability.run(async () => 1)).rejects.toMatchObject({
    code: 'DB_001',
    message: /user or the password/,
  });
  await sleep(80);
  expect([availability.state, asked]).toEqual(['refused', 1]);
});

it('leaves an error of the call itself alone', async () => {
  const { availability, states } = make(async () => undefined);
  const refusal = new AppError('RULES_006');
  await expect(availability.run(() => Promise.reject(refusal))).rejects.toBe(refusal);
  await expect(availability.run(() => Promise.reject(Object.assign(new Error(), { code: 121 })))).rejects.toMatchObject(
    {
      code: 'DB_002',
    },
  );
  expect(states).toEqual(['connected']);
});

it.each([
  ['a server that is not there', network(), 'DB_001', /reached/],
  ['a name that nobody knows', Object.assign(new Error('x'), { code: 'ENOTFOUND' }), 'DB_001', /reached/],
  ['no primary', Object.assign(new Error('x'), { name: 'MongoServerError', code: 10_107 }), 'DB_001', /reached/],
  [
    'several writes whose connection broke',
    Object.assign(new Error('x'), { name: 'MongoBulkWriteError' }),
    'DB_001',
    /reached/,
  ],
  ['a write that no majority took', Object.assign(new Error('x'), { code: 64 }), 'DB_001', /reached/],
  ['a wrong password', password(), 'DB_001', /user or the password/],
  ['a wrong password, wrapped', Object.assign(network(), { cause: password() }), 'DB_001', /user or the password/],
  ['no right', Object.assign(new Error('x'), { code: 13 }), 'DB_001', /may not/],
  ['no space', Object.assign(new Error('x'), { code: 14_031 }), 'STORAGE_003', /no space/],
  [
    'a full Atlas',
    Object.assign(new Error('you are over your space quota'), { code: 8000 }),
    'STORAGE_003',
    /no space/,
  ],
  ['an Atlas that refuses', Object.assign(new Error('bad auth'), { code: 8000 }), 'DB_001', /user or the password/],
  ['too large', Object.assign(new RangeError('x'), { code: 'ERR_OUT_OF_RANGE' }), 'DB_002', /16 MB/],
  ['a document of another shape', Object.assign(new Error('x'), { code: 121 }), 'DB_002', /refused/],
])('tells %s by its code, and nothing of what the driver says', (_what, thrown, code, message) => {
  const error = storeError(thrown);
  expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
  const told = JSON.stringify([error.toJSON(), String(error.cause), (error.cause as Error).stack]);
  for (const secret of ['db.example', 'hans', 'ECONNREFUSED db']) expect(told).not.toContain(secret);
});
