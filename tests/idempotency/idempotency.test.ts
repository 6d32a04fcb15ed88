import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import type { Principal } from '../../src/contract/principal.ts';
import { type Claim, createIdempotency } from '../../src/idempotency/idempotency.ts';
import { holderHere } from '../../src/process-holder.ts';
import { createSqliteRecords } from '../../src/storage/sqlite/records.ts';
import { callOf } from '../support/caller.ts';

const ann = callOf('ann').principal;
const bob = callOf('bob').principal;
const answer = (body = '{"a":1}') => ({ status: 201, location: '/x', body, analysisIds: [] });

function open() {
  const { registry } = createSqliteRecords(':memory:');
  let at = Date.parse('2026-01-01T00:00:00.000Z');
  const server = () => createIdempotency({ registry, now: () => new Date(at) });
  const later = (ms: number) => {
    at += ms;
  };
  return { registry, server, later };
}
const fresh = (claim: Claim) => {
  if (claim.repeated !== null) throw new Error('was done before');
  return claim;
};

it('one of many at once does the work, the others hear that it runs, and then what came of it', async () => {
  const { server } = open();
  const servers = [server(), server()];
  const claims = await Promise.allSettled(
    Array.from({ length: 20 }, (_, i) => servers[i % 2]!.claim(ann, 'k', 'same')),
  );
  const won = claims.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  expect(won).toHaveLength(1);
  for (const one of claims) if (one.status === 'rejected') expect(one.reason.code).toBe('IDEMPOTENCY_002');
  await fresh(won[0]!).done(answer(), true);
  for (const one of servers) expect(await one.claim(ann, 'k', 'same')).toEqual({ repeated: answer() });
});

it('a key is one person’s, and stands for one request', async () => {
  const { server } = open();
  const one = server();
  await fresh(await one.claim(ann, 'k', 'a')).done(answer(), true);
  await expect(one.claim(ann, 'k', 'b')).rejects.toMatchObject({ code: 'IDEMPOTENCY_001' });
  fresh(await one.claim(bob, 'k', 'b'));
  await expect(one.claim(bob, 'k', 'a')).rejects.toMatchObject({ code: 'IDEMPOTENCY_001' });
});

it('what may not be stored is answered by this server alone', async () => {
  const { server, registry } = open();
  const [here, there] = [server(), server()];
  await fresh(await here.claim(ann, 'k', 'a')).done(answer('{"key":"secret"}'), false);
  expect((await here.claim(ann, 'k', 'a')).repeated?.body).toBe('{"key":"secret"}');
  expect((await there.claim(ann, 'k', 'a')).repeated).toEqual({ ...answer(), body: null });
  expect(JSON.stringify((await registry.list('idempotency_key', null, { limit: 10 })).items)).not.toContain('secret');
});

it('is free again after an error, after a day, and three minutes after its server was killed', async () => {
  const { server, later, registry } = open();
  const one = server();
  await fresh(await one.claim(ann, 'k', 'a')).release();
  const killed = fresh(await one.claim(ann, 'k', 'a'));
  await expect(one.claim(ann, 'k', 'a')).rejects.toMatchObject({ code: 'IDEMPOTENCY_002', retryAfterS: 1 });
  later(180_000);
  const next = fresh(await one.claim(ann, 'k', 'a'));
  // Whoever comes back from the dead disturbs nobody.
  await killed.release();
  await killed.done(answer('"late"'), true);
  await next.done(answer(), true);
  expect((await one.claim(ann, 'k', 'a')).repeated?.status).toBe(201);
  later(24 * 3_600_000);
  fresh(await one.claim(ann, 'k', 'other'));
  later(180_000);
  await registry.removeExpired('2026-01-02T00:10:00.000Z');
  expect((await registry.list('idempotency_key', null, { limit: 10 })).items).toEqual([]);
});

it('one caller has so many keys a day, and no others suffer for it', async () => {
  const registry = { ...open().registry, add: async () => true };
  const one = createIdempotency({ registry, now: () => new Date() });
  for (let i = 0; i < 10_000; i += 1) await one.claim(ann, `k${i}`, 'a');
  await expect(one.claim(ann, 'more', 'a')).rejects.toMatchObject({ code: 'RATE_001' });
  fresh(await one.claim(bob, 'k', 'a'));
  const many = Array.from({ length: 12_000 }, (_, i) => ({ ...ann, id: `u${i}` }) as Principal);
  for (const who of many) await one.claim(who, 'k', 'a');
});

/** Writes that another process, which is here no more, or of another machine, works on a request. */
async function heldBy(registry: ReturnType<typeof open>['registry'], whose: { machine?: string; pid?: number }) {
  const replace = registry.replace.bind(registry);
  const id = createHash('sha256')
    .update(JSON.stringify([ann.id, 'k']))
    .digest('base64url');
  const entry = (await registry.get('idempotency_key', id))!;
  const value = { ...(entry.value as object), holder: holderHere({ holder: '0 gone', pid: process.pid, ...whose }) };
  await replace('idempotency_key', { ...entry, version: entry.version + 1, value });
}
const endedPid = () => spawnSync(process.execPath, ['-e', '']).pid;

it('what a killed process of this machine worked on may be asked again at once', async () => {
  const { server, registry } = open();
  await server().claim(ann, 'k', 'same');
  await heldBy(registry, { pid: endedPid() });
  await expect(server().claim(ann, 'k', 'other')).rejects.toMatchObject({ code: 'IDEMPOTENCY_001' });
  await fresh(await server().claim(ann, 'k', 'same')).done(answer(), true);
  expect(await server().claim(ann, 'k', 'same')).toEqual({ repeated: answer() });
});

it('whoever waits as told for what was killed elsewhere asks a few times only', async () => {
  const { server, registry, later } = open();
  await server().claim(ann, 'k', 'same');
  await heldBy(registry, { machine: 'another', pid: endedPid() });
  const waits: number[] = [];
  for (let isOver = false; !isOver; ) {
    const refused = await server()
      .claim(ann, 'k', 'same')
      .then(() => null)
      .catch((thrown) => thrown);
    isOver = refused === null;
    if (isOver) break;
    expect(refused.code).toBe('IDEMPOTENCY_002');
    waits.push(refused.retryAfterS);
    later(refused.retryAfterS * 1000);
  }
  expect(waits[0]).toBe(1);
  expect(waits.length).toBeLessThan(12);
  expect(waits.reduce((sum, s) => sum + s)).toBeLessThanOrEqual(181);
});
