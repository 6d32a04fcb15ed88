import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { ByteBudget } from '../../src/gateway/byte-budget.ts';

const nobody = () => {};

describe('the bytes that may be under way', () => {
  it('are given back when the last holder lets go, once', () => {
    const budget = new ByteBudget(100);
    const lease = budget.tryTake(60)!;
    const later = lease.hold();
    lease.release();
    lease.release();
    expect(budget.inUse).toBe(60);
    later();
    later();
    expect(budget.inUse).toBe(0);
  });

  it('leave room for a message of any size where nothing else is', () => {
    const budget = new ByteBudget(100);
    expect(budget.tryTake(1000)).not.toBeNull();
    expect(budget.tryTake(1)).toBeNull();
  });

  it('are waited for in order', async () => {
    const budget = new ByteBudget(100, 5000);
    const first = budget.tryTake(80)!;
    const order: string[] = [];
    const noted = async (taking: Promise<unknown>, name: string) => {
      const lease = await taking;
      order.push(name);
      return lease;
    };
    const large = noted(budget.take(90, nobody), 'large');
    const small = noted(budget.take(10, nobody), 'small');
    expect(budget.tryTake(10)).toBeNull();
    first.release();
    expect(await Promise.all([large, small])).toEqual([expect.anything(), expect.anything()]);
    expect([order, budget.inUse]).toEqual([['large', 'small'], 100]);
  });

  it('are refused when no room is made in time', async () => {
    const budget = new ByteBudget(100, 20);
    const first = budget.tryTake(80)!;
    expect(await budget.take(90, nobody)).toBeNull();
    first.release();
    expect(budget.inUse).toBe(0);
  });

  it('are taken from a sender that is slow, for those that wait', async () => {
    const budget = new ByteBudget(100, 40);
    let cut = 0;
    await budget.take(60, () => {
      cut += 1;
    });
    const whole = (await budget.take(40, () => expect.fail('it had arrived')))!;
    whole.arrived();
    await sleep(50);
    expect(cut).toBe(0);
    expect(await budget.take(50, nobody)).not.toBeNull();
    expect([cut, budget.inUse]).toEqual([1, 90]);
  });
});
