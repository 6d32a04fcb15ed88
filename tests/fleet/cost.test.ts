import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Fleet } from '../../src/fleet/create-fleet.ts';
import { countOn, type Meter, NEW_METER, type Span } from '../../src/fleet/meter.ts';
import { ann, World } from './open-fleet.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
let world: World;
let fleet: Fleet;
beforeEach(() => {
  world = new World();
  fleet = world.process();
});
afterEach(() => world.close());

const make = async (more: object = {}) => (await fleet.service.create(ann, { type: 'timed', ...more })).server;
/** Somebody uses it all the time. */
async function busy(id: string, ms: number, by = fleet) {
  for (let left = ms; left > 0; left -= MINUTE) {
    await by.use.touched(id);
    await world.pass(Math.min(left, MINUTE), by);
  }
}
const costOf = async (id: string) => (await fleet.service.cost(ann)).servers.find((one) => one.server_id === id)!;
const metric = async () =>
  (await world.metrics.serverCost.get()).values.find(({ labels }) => labels.server_type === 'timed')?.value ?? 0;

describe('what it costs', () => {
  it('is its own price × the time that it ran, to the cent', async () => {
    const { id } = await make();
    await busy(id, 3 * HOUR);
    await fleet.service.control(ann, id, { action: 'stop' });
    await world.pass(5 * HOUR, fleet);
    const { usd, running_hours, unseen_hours, billed_usd, difference_usd } = await costOf(id);
    expect(usd).toBeCloseTo(world.cloud.trueCost(), 3);
    expect(running_hours).toBeCloseTo(3, 1);
    expect(unseen_hours).toBe(0);
    expect(billed_usd).toBeCloseTo(world.cloud.trueCost(), 3);
    expect(Math.abs(difference_usd!)).toBeLessThan(0.001);
    expect(await metric()).toBeCloseTo(world.cloud.trueCost(), 3);
  });

  it('counts on over restarts, also those in which nobody looked', async () => {
    const { id } = await make();
    await busy(id, HOUR);
    await fleet.close();
    world.clock.advance(HOUR);
    fleet = world.process();
    await busy(id, HOUR);
    expect((await costOf(id)).usd).toBeCloseTo(world.cloud.trueCost(), 2);
    expect((await costOf(id)).unseen_hours).toBe(0);
  });

  it('a price that changes holds from the next start on, as at the provider', async () => {
    const { id } = await make();
    await busy(id, HOUR);
    world.cloud.catalogue = world.cloud.catalogue.map((one) => ({ ...one, price: { timed: 8, serverless: null } }));
    await busy(id, HOUR);
    await fleet.service.control(ann, id, { action: 'restart' });
    expect((await fleet.service.get(ann, id)).cost_per_hour).toBe(8);
    await busy(id, HOUR);
    expect((await costOf(id)).usd).toBeCloseTo(world.cloud.trueCost(), 2);
    expect((await costOf(id)).usd).toBeGreaterThan(15.5);
  });

  it('time in which nobody knows whether it ran is not counted but told, and the bill shows the difference', async () => {
    const { id } = await make();
    await busy(id, HOUR);
    world.cloud.isDown = true;
    await busy(id, 30 * MINUTE);
    world.cloud.elsewhere('pod1', 'stop');
    await busy(id, 30 * MINUTE);
    world.cloud.isDown = false;
    await world.pass(3 * HOUR, fleet);
    const { usd, unseen_hours, billed_usd, difference_usd } = await costOf(id);
    expect(unseen_hours).toBeCloseTo(1, 1);
    expect(usd).toBeLessThan(4.1);
    expect(billed_usd).toBeCloseTo(1.5 * 3.99, 1);
    expect(difference_usd).toBeCloseTo(billed_usd! - usd!, 3);
  });

  it('idle hours are measured, and so is what idle shutdown saved', async () => {
    const { id } = await make();
    await busy(id, HOUR);
    await world.pass(5 * HOUR, fleet);
    const { idle_hours, saved_hours, saved_usd } = await costOf(id);
    expect(idle_hours).toBeGreaterThan(0.15);
    expect(idle_hours).toBeLessThan(0.25);
    expect(saved_hours).toBeGreaterThan(4.75);
    expect(saved_usd).toBeCloseTo(saved_hours! * 3.99, 2);
    await fleet.service.control(ann, id, { action: 'start' });
    await busy(id, HOUR);
    expect((await costOf(id)).saved_hours).toBeCloseTo(saved_hours!, 1);
    // One that somebody stopped saves nothing.
    await fleet.service.control(ann, id, { action: 'stop' });
    await world.pass(2 * HOUR, fleet);
    expect((await costOf(id)).saved_hours).toBeCloseTo(saved_hours!, 1);
  });

  it('is projected by a formula that is told, and by nothing before an hour was measured', async () => {
    const { id } = await make();
    await busy(id, 30 * MINUTE);
    expect((await fleet.service.cost(ann)).projection).toBeNull();
    await busy(id, 90 * MINUTE);
    const { projection, cost_per_hour_now } = await fleet.service.cost(ann);
    expect(cost_per_hour_now).toBe(3.99);
    expect(projection!.usd_per_month).toBeGreaterThan(0.97 * 3.99 * 730);
    expect(projection!.usd_per_month).toBeLessThan(1.01 * 3.99 * 730);
    expect(projection!.formula).toMatch(/^cost of the last 2[.0-9]* hours ÷ 2[.0-9]* × 730 hours of a month$/);
  });

  it('of serverless ones is what was billed, and nothing before that', async () => {
    const { server } = await fleet.service.create(ann, { type: 'serverless', config: { min_instances: 1 } });
    expect(server.total_cost).toBeNull();
    expect(await fleet.service.cost(ann)).toMatchObject({ usd: 0, not_billed_yet: 1, servers: [{ usd: null }] });
    const hour = '2026-11-20T12:00:00.000Z';
    world.cloud.billing = async () => [
      { serverId: server.provider_id!, start: hour, end: '2026-11-20T13:00:00.000Z', usd: 1.25 },
      { serverId: 'of-somebody-else', start: hour, end: '2026-11-20T13:00:00.000Z', usd: 99 },
      { serverId: server.provider_id!, start: 'never', end: hour, usd: 5 },
    ];
    await world.pass(90 * MINUTE, fleet);
    expect(await fleet.service.cost(ann)).toMatchObject({
      usd: 1.25,
      not_billed_yet: 0,
      usd_by_type: { serverless: 1.25 },
    });
    expect((await fleet.service.get(ann, server.id)).total_cost).toBe(1.25);
    const { values } = await world.metrics.serverCost.get();
    expect(values.filter(({ value }) => value > 0)).toMatchObject([
      { labels: { server_type: 'serverless' }, value: 1.25 },
    ]);
  });

  it('a terminated one is still told of, and its hours are kept', async () => {
    const { id } = await make();
    await busy(id, 2 * HOUR);
    await fleet.service.control(ann, id, { action: 'terminate' });
    await world.pass(50 * HOUR, fleet);
    expect((await costOf(id)).usd).toBeCloseTo(world.cloud.trueCost(), 2);
    const since = new Date(world.clock.now().getTime() - HOUR).toISOString();
    expect((await fleet.service.cost(ann, { since })).usd).toBe(0);
  });

  it('bills that cannot be read are said, and asked for again', async () => {
    await make();
    world.cloud.billing = async () => {
      throw new Error('no');
    };
    await world.pass(MINUTE, fleet);
    const { billing } = await fleet.service.cost(ann);
    expect(billing).toMatchObject({ read_at: null, error: expect.any(String) });
  });
});

describe('the meter', () => {
  const at = (text: string) => new Date(`2026-11-20T${text}Z`);
  const span = (until: Date, more: Partial<Span> = {}): Span => ({
    ...{ until, ranFrom: null, unseen: false, price: null, usedAt: null, on: false, saving: false, nextPrice: null },
    ...more,
  });
  const begun: Meter = { ...NEW_METER, at: at('12:00:00').toISOString(), on: true };

  it('splits by hours of the clock', () => {
    const meter = countOn(begun, span(at('14:30:00'), { ranFrom: at('12:00:00'), price: 2, on: true }));
    expect(meter.done.map(({ hour, usd }) => [hour, usd])).toEqual([
      ['2026-11-20T12:00:00.000Z', 2],
      ['2026-11-20T13:00:00.000Z', 2],
    ]);
    expect(meter).toMatchObject({ usd: 5, hour: { usd: 1, running_s: 1800, idle_s: 1800 } });
  });

  it('a clock that went back counts nothing, and nothing twice', () => {
    const later = countOn(begun, span(at('12:30:00'), { ranFrom: at('12:00:00'), price: 2, on: true }));
    const back = countOn(later, span(at('12:10:00'), { ranFrom: at('12:00:00'), price: 2, on: true }));
    const again = countOn(back, span(at('12:40:00'), { ranFrom: at('12:30:00'), price: 2, on: true }));
    expect(back.usd).toBe(later.usd);
    expect(again.usd).toBeCloseTo((40 / 60) * 2, 10);
  });

  it('saves nothing at a price that nobody told', () => {
    const meter = countOn({ ...begun, saving: true }, span(at('13:00:00'), { saving: true }));
    expect(meter.done.concat(meter.hour ?? [])).toMatchObject([{ saved_s: 3600, saved_usd: null }]);
  });
});
