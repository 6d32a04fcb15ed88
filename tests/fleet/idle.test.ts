import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ServerType } from '../../src/contract/server.ts';
import type { Fleet } from '../../src/fleet/create-fleet.ts';
import { serverLine } from '../../src/presentation/server-answer.ts';
import { ann, World } from './open-fleet.ts';

let world: World;
let fleet: Fleet;
beforeEach(() => {
  world = new World();
  fleet = world.process();
});
afterEach(() => world.close());

const MINUTE = 60_000;
const make = async (more: object = {}, type: ServerType = 'timed') =>
  (await fleet.service.create(ann, { type, ...more })).server;
const isRunning = () => world.cloud.running().length > 0;

describe('a server that nobody uses', () => {
  it('is stopped after ten minutes, and that is said two minutes before', async () => {
    const { id } = await make();
    await world.pass(7.5 * MINUTE, fleet);
    expect(world.told('idle_warning')).toEqual([]);
    await world.pass(MINUTE, fleet);
    expect(world.told('idle_warning')).toHaveLength(1);
    const { idle_since, idle_stop_at } = await fleet.service.get(ann, id);
    expect(Date.parse(idle_stop_at ?? '') - Date.parse(idle_since ?? '')).toBeGreaterThanOrEqual(10 * MINUTE);
    await world.pass(MINUTE, fleet);
    expect(isRunning()).toBe(true);
    await world.pass(1.5 * MINUTE, fleet);
    expect(isRunning()).toBe(false);
    expect(await fleet.service.get(ann, id)).toMatchObject({ state: 'stopped', drift: null, idle_since: null });
    expect(world.told()).toEqual(['created', 'started', 'idle_warning', 'idle_stopped']);
    await world.pass(60 * MINUTE, fleet);
    expect(world.told('idle_stopped')).toHaveLength(1);
  });

  it('nobody is promised to stop it where no process watches', async () => {
    const { id } = await make();
    await fleet.service.list(ann);
    expect(await fleet.service.get(ann, id)).toMatchObject({ state: 'running', idle_stop_at: null });
    expect(serverLine(await fleet.service.get(ann, id))).toContain('unused, and nobody watches');
    const serving = world.process();
    await fleet.close();
    await serving.round();
    const other = world.process();
    expect(serverLine(await other.service.get(ann, id))).toContain('is stopped at 2');
    await serving.close();
    expect((await other.service.get(ann, id)).idle_stop_at).toBeNull();
  });

  it('one that died elsewhere is no watcher once its lease is over', async () => {
    const { id } = await make();
    await fleet.round();
    expect((await fleet.service.get(ann, id)).idle_stop_at).not.toBeNull();
    world.clock.advance(76_000);
    expect((await fleet.service.get(ann, id)).idle_stop_at).toBeNull();
  });

  it('a request makes the warning void', async () => {
    const { id } = await make();
    await world.pass(9 * MINUTE, fleet);
    expect(world.told('idle_warning')).toHaveLength(1);
    await fleet.use.touched(id);
    await world.pass(7.5 * MINUTE, fleet);
    expect(isRunning()).toBe(true);
    await world.pass(3 * MINUTE, fleet);
    expect(world.told('idle_warning')).toHaveLength(2);
    expect(isRunning()).toBe(false);
  });

  it('a request that takes an hour keeps it, in whichever process it is', async () => {
    const { id } = await make();
    const other = world.process();
    const over = await other.use.use(id);
    // The process with the request writes it down every ten seconds; the other one looks after the fleet.
    await world.pass(60 * MINUTE, fleet, other);
    expect(isRunning()).toBe(true);
    expect(await fleet.service.get(ann, id)).toMatchObject({ idle_since: null, idle_stop_at: null });
    over('failed');
    await world.pass(8 * MINUTE, fleet, other);
    expect(isRunning()).toBe(true);
    await world.pass(4 * MINUTE, fleet, other);
    expect(isRunning()).toBe(false);
    expect(await fleet.service.get(ann, id)).toMatchObject({ total_requests: 1, error_count: 1 });
  });

  it('its time is its own, that of its type, and may change while it runs', async () => {
    await fleet.service.configure(ann, 'timed', { idle_timeout_seconds: 1800 });
    const { id, config } = await make();
    expect(config.idle_timeout_seconds).toBe(1800);
    await world.pass(20 * MINUTE, fleet);
    expect(isRunning()).toBe(true);
    await fleet.service.configure(ann, id, { idle_timeout_seconds: 60 });
    await world.pass(1.5 * MINUTE, fleet);
    expect(isRunning()).toBe(false);
    const own = await make({ config: { idle_timeout_seconds: 120 } });
    expect(own.config.idle_timeout_seconds).toBe(120);
    expect((await fleet.service.list(ann)).idle_timeout_seconds).toEqual({ serverless: 600, timed: 1800 });
  });

  it.each([
    ['works for somebody who asks it directly', 0.4, true],
    ['is warm and does nothing', 0.01, false],
  ])('one whose GPU %s', async (_what, works, stays) => {
    await make();
    const machine = [...world.cloud.machines.values()][0]!;
    machine.works = works;
    await world.pass(60 * MINUTE, fleet);
    expect(isRunning()).toBe(stays);
    machine.works = 0;
    await world.pass(11 * MINUTE, fleet);
    expect(isRunning()).toBe(false);
  });

  it('what is protected stays', async () => {
    const { id } = await make({ protected: true });
    await world.pass(120 * MINUTE, fleet);
    expect(isRunning()).toBe(true);
    expect(await fleet.service.get(ann, id)).toMatchObject({ idle_since: expect.any(String), idle_stop_at: null });
    await fleet.service.configure(ann, id, { protected: false });
    await world.pass(4 * MINUTE, fleet);
    expect(isRunning()).toBe(false);
  });

  it.each([
    ['with instances that always run', { config: { min_instances: 1 } }, 1, 'running'],
    ['whose instances have gone', {}, 0, 'running'],
    ['whose instances run for nobody', {}, 2, 'stopped'],
  ])('a serverless one %s', async (_what, more, instances, state) => {
    const { id } = await make(more, 'serverless');
    [...world.cloud.machines.values()][0]!.instances = instances;
    await world.pass(15 * MINUTE, fleet);
    expect((await fleet.service.get(ann, id)).state).toBe(state);
  });
});

describe('restarts and other processes', () => {
  it('one that was idle while we were gone is still stopped in time, and said before', async () => {
    await make();
    await world.pass(3 * MINUTE, fleet);
    await fleet.close();
    world.clock.advance(60 * MINUTE);
    const next = world.process();
    await next.round();
    expect(isRunning()).toBe(true);
    expect(world.told('idle_warning')).toHaveLength(1);
    await world.pass(2 * MINUTE, next);
    expect(isRunning()).toBe(false);
  });

  it('restarts do not begin its idleness anew', async () => {
    await make();
    for (let minute = 0; minute < 11; minute += 1) {
      const next = world.process();
      await world.pass(MINUTE, next);
      await next.close();
    }
    expect(isRunning()).toBe(false);
  });

  it('two processes: one of them stops it, once', async () => {
    await make();
    const other = world.process();
    world.cloud.asked.splice(0);
    await world.pass(15 * MINUTE, fleet, other);
    expect(world.cloud.asked).toEqual(['stop']);
    expect(world.told('idle_warning')).toHaveLength(1);
    expect(world.told('idle_stopped')).toHaveLength(1);
  });

  it('the process that looks after the fleet dies: another one takes over', async () => {
    await make();
    const other = world.process();
    await world.pass(5 * MINUTE, fleet, other);
    // Gone without a word: it just does nothing any more.
    await world.pass(10 * MINUTE, other);
    expect(isRunning()).toBe(false);
  });

  it('after the provider was gone for an hour nothing is stopped that was used meanwhile', async () => {
    const { id } = await make();
    await world.pass(9 * MINUTE, fleet);
    world.cloud.isDown = true;
    for (let minute = 0; minute < 60; minute += 5) {
      await fleet.use.touched(id);
      await world.pass(5 * MINUTE, fleet);
    }
    await fleet.use.touched(id);
    world.cloud.isDown = false;
    await world.pass(7 * MINUTE, fleet);
    expect(isRunning()).toBe(true);
    await world.pass(5 * MINUTE, fleet);
    expect(isRunning()).toBe(false);
  });

  it('a request that comes while it is being stopped is told so, or keeps it', async () => {
    const { id } = await make();
    await world.pass(10 * MINUTE - 30_000, fleet);
    // Just before the provider is asked, another process sends a request there.
    const other = world.process();
    let let_in: unknown = null;
    const store = world.records.registry;
    const replace = store.replace.bind(store);
    store.replace = async (kind, entry) => {
      const done = await replace(kind, entry);
      const { state } = entry.value as { state?: string };
      if (kind === 'server' && state === 'stopping' && let_in === null) {
        let_in = await other.use.use(id).catch((thrown: unknown) => thrown);
      }
      return done;
    };
    await world.pass(2 * MINUTE, fleet);
    store.replace = replace;
    expect(let_in).toMatchObject({ code: 'SERVER_002' });
    // It was being stopped when the request came; it was told so. Nothing was under way when the provider was asked.
    expect((await fleet.service.get(ann, id)).state).toMatch(/stopped|running/);
  });

  it('a request whose announcement comes between the look and the stop keeps it', async () => {
    const { id } = await make();
    const other = world.process();
    await world.pass(10 * MINUTE - 30_000, fleet);
    const store = world.records.registry;
    const replace = store.replace.bind(store);
    let let_in: unknown = null;
    // The decision is made, and not yet written.
    store.replace = async (kind, entry) => {
      const { state } = entry.value as { state?: string };
      if (kind === 'server' && state === 'stopping' && let_in === null) {
        let_in = await other.use.use(id).catch((thrown: unknown) => thrown);
      }
      return replace(kind, entry);
    };
    world.cloud.asked.splice(0);
    await world.pass(3 * MINUTE, fleet, other);
    store.replace = replace;
    expect(world.cloud.asked).toEqual([]);
    expect(world.told()).toEqual(['created', 'started', 'idle_warning']);
    expect(let_in).toBeTypeOf('function');
    expect(isRunning()).toBe(true);
  });
});
