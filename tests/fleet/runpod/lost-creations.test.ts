import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { AppError } from '../../../src/errors.ts';
import { cloudName, NoCapacity } from '../../../src/ports/gpu-cloud.ts';
import { type FakeRunpod, startFakeRunpod } from '../../fakes/runpod/fake-runpod.ts';
import type { Fault } from '../../fakes/runpod/faults.ts';
import { clientOf, ever, QuickClock, spec } from './support.ts';

let fake: FakeRunpod;
beforeEach(async () => {
  fake = await startFakeRunpod({ rates: null });
});
afterEach(() => fake.close());

const TIMEOUT_MS = 150;
const LATE_MS = 250;
const limits = { timeoutMs: TIMEOUT_MS, tries: 2 };

/** Of the last run; every fault is in one of them. */
const outcomes = new Map<string, number>();

const fault: fc.Arbitrary<Fault | null> = fc.oneof(
  { weight: 3, arbitrary: fc.constant(null) },
  { weight: 2, arbitrary: fc.constant<Fault>({ kind: 'lose' }) },
  fc.constantFrom(500, 502, 503).map((status): Fault => ({ kind: 'status', status })),
  fc.constantFrom(500, 504).map((status): Fault => ({ kind: 'lie', status })),
  fc.constant<Fault>({ kind: 'lie', status: 502, ms: LATE_MS }),
  fc.constantFrom(400, 403, 422).map((status): Fault => ({ kind: 'status', status })),
  fc.constant<Fault>({ kind: 'status', status: 429, retryAfterS: 3 }),
  fc.constant<Fault>({ kind: 'reset' }),
  fc.constant<Fault>({ kind: 'broken' }),
  fc.constant<Fault>({ kind: 'hang' }),
  fc.constant<Fault>({ kind: 'late', ms: LATE_MS }),
);

const faultsOf = (method: string, path: string, faults: readonly (Fault | null)[]) => {
  // In this order, one for each call; none lets one through.
  for (const one of faults) fake.faults.add({ method, path, times: 1, fault: one ?? { kind: 'late', ms: 0 } });
};

it('leaves no server behind that nobody was told of, whatever becomes of the calls', async () => {
  let name = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('timed' as const, 'serverless' as const),
      fc.array(fault, { maxLength: 4 }),
      fc.array(fault, { maxLength: 4 }),
      fc.array(fault, { maxLength: 2 }),
      async (type, posts, lists, deletes) => {
        fake.faults.clear();
        const path = type === 'timed' ? '/v2/pods' : '/v2/serverless';
        faultsOf('POST', path, posts);
        faultsOf('GET', path, lists);
        faultsOf('DELETE', path, deletes);
        const { cloud, close } = clientOf(fake, { limits, clock: new QuickClock() });
        const wanted = spec({ type, name: cloudName(`srv_${++name}`) });
        const outcome = await cloud.create(wanted, ever).catch((thrown: unknown) => thrown);
        const isLate = (one: Fault | null) => one !== null && 'ms' in one;
        if ([...posts, ...deletes].some(isLate)) await new Promise((done) => setTimeout(done, LATE_MS));
        await close();
        const { pods, endpoints } = fake.account;
        const left = [...pods.values(), ...endpoints.values()].filter(({ fields }) => fields.name === wanted.name);
        const count = (what: string) => outcomes.set(what, (outcomes.get(what) ?? 0) + 1);
        if (outcome instanceof AppError || outcome instanceof NoCapacity) {
          const { may_exist: told } = outcome instanceof AppError ? outcome.details : {};
          if (told === undefined) expect(left).toEqual([]);
          else expect(told).toBe(wanted.name);
          count(told === undefined ? 'refused, none there' : `told that it may exist: ${left.length}`);
        } else {
          const ids = left.map(({ id }) => id);
          const { id } = outcome as { id: string };
          expect(ids).toContain(id);
          // Of what came into being after all the looks the name tells.
          if (!posts.some((one) => one?.kind === 'lie' && one.ms !== undefined)) expect(ids).toEqual([id]);
          count('created');
        }
      },
    ),
    { numRuns: 80, seed: 18 },
  );
  expect([...outcomes.keys()].sort()).toEqual([
    'created',
    'refused, none there',
    'told that it may exist: 0',
    'told that it may exist: 1',
  ]);
}, 120_000);

const clock = () => new QuickClock();

it('finds by its name what was created although the answer was lost', async () => {
  fake.faults.add({ method: 'POST', times: 1, fault: { kind: 'lose' } });
  const { cloud, close } = clientOf(fake, { clock: clock() });
  const made = await cloud.create(spec(), ever);
  expect([...fake.account.pods.keys()]).toEqual([made.id]);
  expect(fake.calls.filter(({ method }) => method === 'POST')).toHaveLength(1);
  await close();
});

it('removes the second of two of a name', async () => {
  fake.faults.add({ method: 'POST', times: 1, fault: { kind: 'status', status: 500 } });
  const { cloud, close } = clientOf(fake, { clock: clock() });
  const looked = Promise.withResolvers<void>();
  // What RunPod called failed comes into being after the looks.
  const lists = () => fake.calls.filter(({ method, path }) => method === 'GET' && path === '/v2/pods').length;
  const watch = setInterval(() => lists() >= 3 && looked.resolve(), 1);
  fake.faults.add({ method: 'POST', times: 1, fault: { kind: 'late', ms: 60 } });
  const creating = cloud.create(spec(), ever);
  await looked.promise;
  clearInterval(watch);
  await fetch(`${fake.url}/v2/pods`, {
    method: 'POST',
    headers: { authorization: `Bearer ${fake.key}` },
    body: JSON.stringify({ name: spec().name, image: 'i', gpu: { id: 'NVIDIA H200' } }),
  });
  const made = await creating;
  expect([...fake.account.pods.keys()]).toEqual([made.id]);
  await close();
});

it('goes on to the answer when its caller leaves after it was sent', async () => {
  const leaving = new AbortController();
  fake.faults.add({ method: 'POST', times: 1, fault: { kind: 'late', ms: 60 } });
  const { cloud, close } = clientOf(fake, { clock: clock() });
  setTimeout(() => leaving.abort(), 30);
  const made = await cloud.create(spec(), leaving.signal);
  expect([...fake.account.pods.keys()]).toEqual([made.id]);
  await close();
});

it('creates nothing for a caller who left before', async () => {
  const { cloud, close } = clientOf(fake, { clock: clock() });
  await expect(cloud.create(spec(), AbortSignal.abort())).rejects.toMatchObject({ code: 'ANALYSIS_006' });
  expect(fake.calls).toEqual([]);
  await close();
});
