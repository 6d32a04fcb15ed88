import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Turns } from '../src/analysis/turns.ts';
import { SingleFlight } from '../src/single-flight.ts';

describe('a single flight', () => {
  const open = () => {
    const flight = new SingleFlight<number>();
    const ended = Promise.withResolvers<number>();
    const signals: AbortSignal[] = [];
    const work = (signal: AbortSignal) => {
      signals.push(signal);
      return ended.promise;
    };
    return { flight, ended, signals, work };
  };

  it('does the work once for all who ask meanwhile, and again for who asks later', async () => {
    const { flight, ended, signals, work } = open();
    const all = Array.from({ length: 100 }, () => flight.run('k', undefined, work));
    const other = flight.run('other', undefined, work);
    ended.resolve(7);
    expect(new Set(await Promise.all(all))).toEqual(new Set([7]));
    await other;
    expect(signals).toHaveLength(2);
    expect(await flight.run('k', undefined, async () => 8)).toBe(8);
    expect(flight.size).toBe(0);
  });

  it('fails for all who waited, and is begun anew afterwards', async () => {
    const { flight, ended, work } = open();
    const all = Array.from({ length: 3 }, () => flight.run('k', undefined, work));
    ended.reject(new Error('broken'));
    for (const one of all) await expect(one).rejects.toThrow('broken');
    expect(await flight.run('k', undefined, async () => 1)).toBe(1);
  });

  it('goes on when the first gives up, and is stopped when the last does', async () => {
    const { flight, ended, signals, work } = open();
    const [a, b] = [new AbortController(), new AbortController()];
    const first = flight.run('k', a.signal, work);
    const second = flight.run('k', b.signal, work);
    a.abort(new Error('a left'));
    await expect(first).rejects.toThrow('a left');
    expect(signals[0]?.aborted).toBe(false);
    b.abort(new Error('b left'));
    await expect(second).rejects.toThrow('b left');
    expect(signals[0]?.aborted).toBe(true);
    // What was stopped is no answer for the next one.
    const next = flight.run('k', undefined, work);
    expect(signals).toHaveLength(2);
    ended.resolve(3);
    expect(await next).toBe(3);
    await expect(flight.run('k', a.signal, work)).rejects.toThrow('a left');
    expect(flight.size).toBe(0);
  });
});

describe('turns', () => {
  const signal = new AbortController().signal;

  it('let the first go on, and all others together once it left', async () => {
    const turns = new Turns();
    const first = await turns.take('k', signal);
    const others = [turns.take('k', signal), turns.take('k', signal)];
    let went = false;
    void Promise.all(others).then(() => {
      went = true;
    });
    expect((await turns.take('other', signal)).isFirst).toBe(true);
    await sleep(10);
    expect([first.isFirst, went]).toEqual([true, false]);
    first.leave();
    first.leave();
    expect((await Promise.all(others)).map(({ isFirst }) => isFirst)).toEqual([false, false]);
    expect((await turns.take('k', signal)).isFirst).toBe(true);
  });

  it('keep nobody who gives up', async () => {
    const turns = new Turns();
    await turns.take('k', signal);
    const leaver = new AbortController();
    const waiting = turns.take('k', leaver.signal);
    leaver.abort(new Error('gone'));
    await expect(waiting).rejects.toThrow('gone');
    await expect(turns.take('k', AbortSignal.abort(new Error('gone before')))).rejects.toThrow('gone before');
  });
});
