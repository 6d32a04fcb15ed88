import { describe, expect, it, vi } from 'vitest';
import { AppError } from '../../../src/errors.ts';
import { Deadline } from '../../../src/vision/runtime/deadline.ts';
import { Dispatcher } from '../../../src/vision/runtime/dispatcher.ts';
import { Gate } from '../../../src/vision/runtime/gate.ts';
import { Recent } from '../../../src/vision/runtime/recent.ts';
import { sleep } from '../support/started.ts';

const never = new AbortController().signal;
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** A dispatcher whose runs end only when the test says so. */
function manual(slots: number, maxBatch: number) {
  const runs: { jobs: readonly string[]; finish: () => void; fail: (e: Error) => void }[] = [];
  const run = (jobs: readonly string[]) =>
    new Promise<string[]>((resolve, reject) => {
      runs.push({ jobs, finish: () => resolve(jobs.map((j) => j.toUpperCase())), fail: reject });
    });
  const dispatcher = new Dispatcher<string, string>({ slots, maxBatch, run });
  const submit = (job: string, signal = never) => dispatcher.submit([job], signal, () => {}).then(([result]) => result);
  return { dispatcher, runs, submit };
}

describe('Dispatcher', () => {
  it('runs at once while slots are free and keeps the order', async () => {
    const { dispatcher, runs, submit } = manual(2, 1);
    const results = ['a', 'b', 'c', 'd'].map((j) => submit(j));
    expect(runs.map((r) => r.jobs)).toEqual([['a'], ['b']]);
    expect(dispatcher.free).toBe(0);
    runs[1]!.finish();
    expect(await results[1]).toBe('B');
    expect(runs.map((r) => r.jobs)).toEqual([['a'], ['b'], ['c']]);
  });

  it('starts jobs that come together together', async () => {
    const { dispatcher, runs } = manual(2, 4);
    const results = dispatcher.submit(['a', 'b', 'c', 'd', 'e'], never, () => {});
    expect(runs.map((r) => r.jobs)).toEqual([['a', 'b', 'c', 'd'], ['e']]);
    for (const run of runs) run.finish();
    expect(await results).toEqual(['A', 'B', 'C', 'D', 'E']);
    const cancelled = AbortSignal.abort(new Error('gone'));
    await expect(dispatcher.submit(['f', 'g'], cancelled, () => {})).rejects.toThrow('gone');
    expect(runs).toHaveLength(2);
  });

  it('gathers what waits into batches, without waiting for more', async () => {
    const { runs, submit } = manual(1, 3);
    const results = ['a', 'b', 'c', 'd', 'e'].map((j) => submit(j));
    expect(runs.map((r) => r.jobs)).toEqual([['a']]);
    runs[0]!.finish();
    await settled();
    expect(runs[1]!.jobs).toEqual(['b', 'c', 'd']);
    runs[1]!.finish();
    await settled();
    runs[2]!.finish();
    expect(await Promise.all(results)).toEqual(['A', 'B', 'C', 'D', 'E']);
  });

  it('fails only the jobs of the run that failed', async () => {
    const { runs, submit } = manual(1, 1);
    const [a, b] = [submit('a'), submit('b')];
    runs[0]!.fail(new Error('broken'));
    await expect(a).rejects.toThrow('broken');
    runs[1]!.finish();
    expect(await b).toBe('B');
  });

  it('does not run what came together with a job that failed, and runs the next call', async () => {
    const { dispatcher, runs, submit } = manual(1, 1);
    const views = dispatcher.submit(['a', 'b', 'c'], never, () => {});
    const next = submit('d');
    runs[0]!.fail(new Error('broken'));
    await expect(views).rejects.toThrow('broken');
    expect(runs.map((r) => r.jobs)).toEqual([['a'], ['d']]);
    runs[1]!.finish();
    expect(await next).toBe('D');
  });

  it('never starts a job that was cancelled while it waited', async () => {
    const { runs, submit } = manual(1, 1);
    submit('a');
    const cancel = new AbortController();
    const waiting = submit('b', cancel.signal);
    cancel.abort(new Error('no longer wanted'));
    await expect(waiting).rejects.toThrow('no longer wanted');
    runs[0]!.finish();
    await settled();
    expect(runs).toHaveLength(1);
    await expect(submit('c', cancel.signal)).rejects.toThrow('no longer wanted');
  });

  it('answers a cancelled running job at once and frees the slot at its end', async () => {
    const { runs, submit } = manual(1, 1);
    const cancel = new AbortController();
    const running = submit('a', cancel.signal);
    const next = submit('b');
    cancel.abort(new Error('stop'));
    await expect(running).rejects.toThrow('stop');
    expect(runs).toHaveLength(1);
    runs[0]!.finish();
    await settled();
    runs[1]!.finish();
    expect(await next).toBe('B');
  });

  it('takes more at a time after it was resized, and tells each job when it starts', () => {
    const { dispatcher, runs } = manual(1, 1);
    const onStart = vi.fn();
    for (const job of ['a', 'b', 'c']) dispatcher.submit([job], never, onStart);
    expect(onStart).toHaveBeenCalledTimes(1);
    dispatcher.resize(2, 8);
    expect(runs.map((r) => r.jobs)).toEqual([['a'], ['b', 'c']]);
    expect(onStart).toHaveBeenCalledTimes(3);
  });
});

describe('Gate', () => {
  it('lets the next in when one leaves, in order, and leaving twice counts once', async () => {
    const gate = new Gate(1);
    const order: string[] = [];
    const enter = (name: string) =>
      gate.enter(never).then((leave) => {
        order.push(name);
        return leave;
      });
    const first = await enter('a');
    const second = enter('b');
    const third = enter('c');
    first();
    first();
    const leave = await second;
    await settled();
    expect(order).toEqual(['a', 'b']);
    leave();
    await third;
  });

  it('forgets who was cancelled while waiting', async () => {
    const gate = new Gate(1);
    const leave = await gate.enter(never);
    const cancel = new AbortController();
    const waiting = gate.enter(cancel.signal);
    const after = gate.enter(never);
    cancel.abort(new Error('gone'));
    await expect(waiting).rejects.toThrow('gone');
    leave();
    await after;
    await expect(gate.enter(cancel.signal)).rejects.toThrow('gone');
  });

  it('opens wider', async () => {
    const gate = new Gate(0);
    const waiting = gate.enter(never);
    gate.setCapacity(1);
    await waiting;
  });
});

describe('Deadline', () => {
  it('says whether time was up or the caller cancelled', async () => {
    const slow = new Deadline(5, undefined);
    await expect(slow.race(new Promise(() => {}))).rejects.toMatchObject({ code: 'ANALYSIS_003' });
    const cancel = new AbortController();
    const cancelled = new Deadline(60_000, cancel.signal);
    const call = cancelled.race(new Promise(() => {}));
    cancel.abort();
    await expect(call).rejects.toMatchObject({ code: 'ANALYSIS_006' });
    cancelled.clear();
    expect(new Deadline(60_000, AbortSignal.abort()).signal.aborted).toBe(true);
  });

  it('passes results and errors on, and is still after it was cleared', async () => {
    const deadline = new Deadline(20, undefined);
    expect(await deadline.race(Promise.resolve(7))).toBe(7);
    await expect(deadline.race(Promise.reject(new AppError('VALIDATION_005')))).rejects.toMatchObject({
      code: 'VALIDATION_005',
    });
    deadline.clear();
    await sleep(40);
    expect(deadline.signal.aborted).toBe(false);
  });
});

describe('Recent', () => {
  it('knows quantiles of the last values only', () => {
    const recent = new Recent(4);
    expect(recent.quantile(0.5)).toBeNull();
    for (const v of [100, 100, 1, 2, 3, 4]) recent.add(v);
    expect(recent.count).toBe(6);
    expect(recent.quantile(0.5)).toBe(2);
    expect(recent.quantile(0.95)).toBe(4);
  });
});
