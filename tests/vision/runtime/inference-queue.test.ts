import { describe, expect, it, vi } from 'vitest';
import type { Priority } from '../../../src/contract/priority.ts';
import { InferenceQueue } from '../../../src/vision/runtime/inference-queue.ts';

const never = new AbortController().signal;
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** A queue whose runs end only when the test says so. */
function manual(slots: number, maxBatch: number, limit = 100) {
  const runs: { inputs: readonly string[]; finish: () => void; fail: (e: Error) => void }[] = [];
  const run = (inputs: readonly string[]) =>
    new Promise<string[]>((resolve, reject) => {
      runs.push({ inputs, finish: () => resolve(inputs.map((j) => j.toUpperCase())), fail: reject });
    });
  const onDepth = vi.fn();
  const queue = new InferenceQueue<string, string>({ limit, slots, maxBatch, run, onDepth });
  const submitAll = (inputs: string[], signal = never) => queue.submit(inputs.length, async () => inputs, signal);
  const submit = (input: string, signal = never) => submitAll([input], signal).then(([output]) => output);
  const ran = () => runs.map((r) => r.inputs.join(''));
  return { queue, runs, ran, submit, submitAll, onDepth };
}

/** A call whose inputs are ready when the test says so. */
function slow(queue: InferenceQueue<string, string>, signal = never) {
  const prepared = Promise.withResolvers<string[]>();
  const prepare = vi.fn(() => prepared.promise);
  const result = queue.submit(1, prepare, signal);
  result.catch(() => {});
  return { prepare, prepared, result };
}

describe('runs', () => {
  it('start at once while slots are free and keep the order', async () => {
    const { queue, runs, ran, submit } = manual(2, 1);
    const results = ['a', 'b', 'c', 'd'].map((j) => submit(j));
    await settled();
    expect(ran()).toEqual(['a', 'b']);
    expect(queue.free).toBe(0);
    runs[1]!.finish();
    expect(await results[1]).toBe('B');
    expect(ran()).toEqual(['a', 'b', 'c']);
  });

  it('take what is more urgent first, and tell how many of each priority wait', async () => {
    const { queue, runs, ran, submit, onDepth } = manual(1, 1);
    submit('a');
    submit('b');
    const ask = (input: string, priority: Priority) => queue.submit(1, async () => [input], never, priority);
    void ask('l', 'low');
    void submit('n');
    void ask('h', 'high');
    void ask('c', 'critical');
    expect(onDepth.mock.lastCall?.slice(0, 2)).toEqual(['critical', 1]);
    for (const next of ['b', 'c', 'h', 'n', 'l']) {
      await settled();
      runs.at(-1)!.finish();
      await settled();
      expect(ran().at(-1)).toBe(next);
    }
    expect(onDepth.mock.lastCall?.slice(0, 2)).toEqual(['low', 0]);
  });

  it('take together what came together', async () => {
    const { runs, ran, submitAll } = manual(2, 4);
    const results = submitAll(['a', 'b', 'c', 'd', 'e']);
    await settled();
    expect(ran()).toEqual(['abcd', 'e']);
    for (const run of runs.toReversed()) run.finish();
    expect(await results).toEqual(['A', 'B', 'C', 'D', 'E']);
    await expect(submitAll(['f', 'g'], AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone');
    expect(runs).toHaveLength(2);
  });

  it('gather what waits into batches, without waiting for more', async () => {
    const { runs, ran, submit } = manual(1, 3);
    const results = ['a', 'b', 'c', 'd', 'e'].map((j) => submit(j));
    for (const batch of ['a', 'bcd', 'e']) {
      await settled();
      expect(ran().at(-1)).toBe(batch);
      runs.at(-1)!.finish();
    }
    expect(await Promise.all(results)).toEqual(['A', 'B', 'C', 'D', 'E']);
  });

  it('fail only their own calls', async () => {
    const { runs, submit } = manual(1, 1);
    const [a, b] = [submit('a'), submit('b')];
    a.catch(() => {});
    await settled();
    runs[0]!.fail(new Error('broken'));
    await expect(a).rejects.toThrow('broken');
    await settled();
    runs[1]!.finish();
    expect(await b).toBe('B');
  });

  it('do not take what came together with an input that failed, but the next call', async () => {
    const { queue, runs, ran, submit, submitAll } = manual(1, 1);
    const tiles = submitAll(['a', 'b', 'c']);
    const next = submit('d');
    await settled();
    runs[0]!.fail(new Error('broken'));
    await expect(tiles).rejects.toThrow('broken');
    await settled();
    expect(ran()).toEqual(['a', 'd']);
    expect(queue.inputsWaiting).toBe(0);
    runs[1]!.finish();
    expect(await next).toBe('D');
  });

  it('are more at a time after a resize', async () => {
    const { queue, ran, submit } = manual(1, 1);
    for (const input of ['a', 'b', 'c']) submit(input);
    await settled();
    expect(ran()).toEqual(['a']);
    queue.resize(2, 8);
    await settled();
    expect(ran().join('')).toBe('abc');
    expect(queue.inputsWaiting).toBe(0);
  });
});

describe('cancelling', () => {
  it('takes a call out before it runs', async () => {
    const { runs, submit, onDepth } = manual(1, 1);
    submit('a');
    const cancel = new AbortController();
    const waiting = submit('b', cancel.signal);
    await settled();
    cancel.abort(new Error('no longer wanted'));
    await expect(waiting).rejects.toThrow('no longer wanted');
    expect(onDepth).toHaveBeenLastCalledWith('normal', 0, -1);
    runs[0]!.finish();
    await settled();
    expect(runs).toHaveLength(1);
    await expect(submit('c', cancel.signal)).rejects.toThrow('no longer wanted');
  });

  it('answers a running call at once and frees the slot at its end', async () => {
    const { runs, submit } = manual(1, 1);
    const cancel = new AbortController();
    const running = submit('a', cancel.signal);
    const next = submit('b');
    await settled();
    cancel.abort(new Error('stop'));
    await expect(running).rejects.toThrow('stop');
    expect(runs).toHaveLength(1);
    runs[0]!.finish();
    await settled();
    runs[1]!.finish();
    expect(await next).toBe('B');
  });

  it('lets the next prepare, and drops what is prepared too late', async () => {
    const { queue, ran } = manual(1, 1);
    const cancel = new AbortController();
    const calls = [slow(queue, cancel.signal), slow(queue), slow(queue)];
    expect(calls.map((c) => c.prepare.mock.calls.length)).toEqual([1, 1, 0]);
    cancel.abort(new Error('gone'));
    expect(calls[2]!.prepare).toHaveBeenCalledOnce();
    calls[0]!.prepared.resolve(['a']);
    calls[1]!.prepared.resolve(['b']);
    await settled();
    expect(ran()).toEqual(['b']);
  });

  it('forgets a call that was not prepared yet', async () => {
    const { queue } = manual(1, 1);
    const cancel = new AbortController();
    const calls = [slow(queue), slow(queue), slow(queue, cancel.signal)];
    cancel.abort(new Error('gone'));
    await expect(calls[2]!.result).rejects.toThrow('gone');
    calls[0]!.prepared.resolve(['a']);
    await settled();
    expect(calls[2]!.prepare).not.toHaveBeenCalled();
  });
});

describe('preparing', () => {
  it('runs ahead for the next batch of every slot and one call more, in order', async () => {
    const { queue, runs, ran } = manual(1, 1);
    const calls = Array.from({ length: 4 }, () => slow(queue));
    const prepared = () => calls.map((c) => c.prepare.mock.calls.length).join('');
    expect(prepared()).toBe('1100');
    calls[1]!.prepared.resolve(['b']);
    await settled();
    expect([ran().join(), prepared()]).toEqual(['b', '1110']);
    queue.resize(1, 2);
    expect(prepared()).toBe('1111');
    for (const [i, call] of calls.entries()) call.prepared.resolve([String(i)]);
    await settled();
    runs[0]!.finish();
    await settled();
    expect(ran()).toEqual(['b', '02']);
  });

  it('that fails fails its call and lets the next prepare', async () => {
    const { queue } = manual(1, 1);
    const calls = [slow(queue), slow(queue), slow(queue)];
    calls[0]!.prepared.reject(new Error('damaged'));
    await expect(calls[0]!.result).rejects.toThrow('damaged');
    expect(calls[2]!.prepare).toHaveBeenCalledOnce();
    calls[1]!.prepared.resolve(['too', 'many']);
    await expect(calls[1]!.result).rejects.toThrow('announced');
  });
});

it('is full when so many calls wait that none runs at once, however many inputs they have', async () => {
  const { queue, runs, submitAll, onDepth } = manual(1, 1, 2);
  const results = [submitAll(['a']), submitAll(['b', 'c'])];
  await settled();
  expect(queue.full).toBe(false);
  results.push(submitAll(['d']));
  expect([queue.full, queue.inputsWaiting]).toEqual([true, 3]);
  expect(onDepth).toHaveBeenLastCalledWith('normal', 2, 1);
  for (let i = 0; i < 4; i++) {
    runs[i]!.finish();
    await settled();
  }
  expect(await Promise.all(results)).toEqual([['A'], ['B', 'C'], ['D']]);
  expect([queue.full, queue.inputsWaiting]).toEqual([false, 0]);
});
