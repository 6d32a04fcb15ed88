import { setTimeout as sleep } from 'node:timers/promises';
import { type Task, TaskState } from '@a2a-js/sdk';
import { DefaultExecutionEventBus } from '@a2a-js/sdk/server';
import { expect, it, vi } from 'vitest';
import { subscription } from '../../../src/gateway/a2a/subscription.ts';
import { message, startA2a, text } from './a2a-server.ts';

/** Of 320 places, the share of one client. */
const SHARE = 256;

it.each([
  ['1.0', 'SubscribeToTask'],
  ['0.3', 'tasks/resubscribe'],
])(
  '%s: places of clients that went are free at once, and nothing of them is left',
  async (version, method) => {
    const begun = vi.spyOn(globalThis, 'setInterval');
    const ended = vi.spyOn(globalThis, 'clearInterval');
    const server = await startA2a();
    try {
      const { result } = await server.rpc('SendMessage', { message: message([text('hello')]) });
      expect(result.task.status.state).toBe('TASK_STATE_INPUT_REQUIRED');
      const subscribe = async (signal?: AbortSignal) => {
        const answer = await fetch(`${server.url}/a2a`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'a2a-version': version },
          body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { id: result.task.id } }),
          ...(signal && { signal }),
        });
        return answer.headers.get('content-type')?.startsWith('text/event-stream') ? answer : null;
      };
      const before = begun.mock.calls.length;
      const left = new AbortController();
      // An answer that nobody holds is collected, and its connection with it.
      const held: unknown[] = [];
      for (let i = 0; i < SHARE; i += 32) {
        const some = await Promise.all(Array.from({ length: 32 }, () => subscribe(left.signal)));
        expect(some.every((one) => one !== null)).toBe(true);
        held.push(...some);
      }
      expect(await subscribe()).toBeNull();
      const refused = await server.rpc(method, { id: result.task.id }, { 'a2a-version': version });
      expect([refused.headers.get('retry-after'), refused.error.message]).toEqual([
        '5',
        expect.stringContaining('RATE_001'),
      ]);
      expect(refused.error).toMatchObject({ code: -32029, data: [{ metadata: { retryAfterS: '5' } }] });
      const rest = await server.rest('POST', `/tasks/${result.task.id}:subscribe`);
      expect([rest.status, rest.headers.get('retry-after')]).toEqual([429, '5']);
      expect(rest.body.error).toMatchObject({ code: 429, status: 'RESOURCE_EXHAUSTED' });
      const beats = begun.mock.results
        .slice(before)
        .filter((_, i) => begun.mock.calls[before + i]?.[1] === 15_000)
        .map(({ value }) => value);
      expect([beats.length >= SHARE, held.length]).toEqual([true, SHARE]);
      left.abort();
      const last = new AbortController();
      await expect.poll(() => subscribe(last.signal), { timeout: 3000 }).not.toBeNull();
      await expect
        .poll(() => beats.filter((beat) => !ended.mock.calls.some(([timer]) => timer === beat)).length)
        .toBe(0);
      last.abort();
    } finally {
      vi.restoreAllMocks();
      await server.close();
    }
  },
  30_000,
);

it('a subscription that is left holds nothing of the task', async () => {
  const bus = new DefaultExecutionEventBus();
  const off = vi.spyOn(bus, 'off');
  const task = { id: 't', status: { state: TaskState.TASK_STATE_INPUT_REQUIRED } } as Task;
  const gone = new AbortController();
  const events = subscription(async () => task, bus, gone.signal);
  expect((await events.next()).done).toBe(false);
  const waiting = events.next();
  expect(await Promise.race([waiting, sleep(20, 'waits')])).toBe('waits');
  gone.abort();
  expect((await waiting).done).toBe(true);
  expect(off.mock.calls.map(([event]) => event)).toEqual(expect.arrayContaining(['event', 'finished']));
});

it('a server that stops ends the streams that wait', async () => {
  const server = await startA2a();
  const { result } = await server.rpc('SendMessage', { message: message([text('hello')]) });
  const answer = await fetch(`${server.url}/a2a/rest/tasks/${result.task.id}:subscribe`, {
    method: 'POST',
    headers: { 'a2a-version': '1.0' },
  });
  const said = answer.text();
  await server.close();
  expect(await said).toContain('TASK_STATE_INPUT_REQUIRED');
});
