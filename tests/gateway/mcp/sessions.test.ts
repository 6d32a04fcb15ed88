import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { LOCAL } from '../../../src/contract/principal.ts';
import { createBus } from '../../../src/events/bus.ts';
import { watchChanges } from '../../../src/gateway/mcp/protocol/changes.ts';
import { EVICT_AFTER_MS, MAX_SESSIONS, SESSION_IDLE_MS } from '../../../src/gateway/mcp/transports/limits.ts';
import { Sessions } from '../../../src/gateway/mcp/transports/sessions.ts';
import type { NewEvent } from '../../../src/ports/bus.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const transport = () => ({ close: vi.fn(async () => {}) });

it('holds so many and no more, counting places that are only reserved', () => {
  const sessions = new Sessions<ReturnType<typeof transport>>();
  const places = Array.from({ length: MAX_SESSIONS }, (_, i) => sessions.reserve(`client ${i % 2}`));
  expect(places).not.toContain(null);
  expect(sessions.reserve('a')).toBeNull();
  places[0]?.take('a', transport());
  places[0]?.release();
  expect(sessions.reserve('a')).toBeNull();
  places[1]?.release();
  places[1]?.release();
  expect(sessions.reserve('a')).not.toBeNull();
  expect(sessions.reserve('a')).toBeNull();
});

it('gives the place of the session that was idle for the longest, never that of a busy or fresh one', () => {
  const sessions = new Sessions<ReturnType<typeof transport>>(3);
  const [busy, old, fresh] = [transport(), transport(), transport()];
  sessions.reserve('a')?.take('busy', busy);
  const release = sessions.hold('busy');
  vi.advanceTimersByTime(1000);
  sessions.reserve('b')?.take('old', old);
  vi.advanceTimersByTime(EVICT_AFTER_MS - 1500);
  sessions.reserve('c')?.take('fresh', fresh);
  expect(sessions.reserve('d')).toBeNull();
  expect(sessions.retryAfterS('d')).toBe(2);
  vi.advanceTimersByTime(1000 * sessions.retryAfterS('d')!);
  expect(sessions.reserve('d')).not.toBeNull();
  expect([old, busy, fresh].map(({ close }) => close.mock.calls.length)).toEqual([1, 0, 0]);
  expect(sessions.use('old')).toBeUndefined();
  release();
  release();
  sessions.hold('fresh');
  expect(sessions.retryAfterS('d')).toBe(EVICT_AFTER_MS / 1000);
  sessions.hold('busy');
  expect(sessions.retryAfterS('d')).toBeNull();
});

it('gives no client more than its share, but the place of another session of its own', () => {
  const sessions = new Sessions<ReturnType<typeof transport>>(8);
  const [other, first] = [transport(), transport()];
  sessions.reserve('quiet')?.take('other', other);
  vi.advanceTimersByTime(1000);
  sessions.reserve('greedy')?.take('first', first);
  for (let i = 0; i < 5; i += 1) sessions.reserve('greedy')?.take(`more ${i}`, transport());
  expect(sessions.reserve('greedy')).toBeNull();
  expect(sessions.retryAfterS('greedy')).toBe(EVICT_AFTER_MS / 1000);
  expect(sessions.reserve('quiet')).not.toBeNull();
  vi.advanceTimersByTime(EVICT_AFTER_MS);
  expect(sessions.reserve('greedy')).not.toBeNull();
  expect([first, other].map(({ close }) => close.mock.calls.length)).toEqual([1, 0]);
});

it('closes what was idle for too long and keeps what was used', () => {
  const sessions = new Sessions<ReturnType<typeof transport>>();
  const [idle, busy] = [transport(), transport()];
  sessions.reserve('a')?.take('idle', idle);
  sessions.reserve('a')?.take('busy', busy);
  vi.advanceTimersByTime(SESSION_IDLE_MS - 1000);
  sessions.use('busy');
  vi.advanceTimersByTime(120_000);
  expect(idle.close).toHaveBeenCalledOnce();
  expect(sessions.use('idle')).toBeUndefined();
  expect(sessions.use('busy')).toBe(busy);
});

it('close ends all, also when one fails', async () => {
  const sessions = new Sessions<{ close(): Promise<void> }>();
  const good = transport();
  sessions.reserve('a')?.take('bad', { close: () => Promise.reject(new Error('no')) });
  sessions.reserve('a')?.take('good', good);
  await sessions.close();
  expect(good.close).toHaveBeenCalledOnce();
  expect(sessions.size).toBe(0);
  expect(vi.getTimerCount()).toBe(0);
});

it('changes are gathered, told once each, and not after the end', () => {
  const bus = createBus(() => {});
  const told: string[] = [];
  const stop = watchChanges(bus, LOCAL, (uri) => told.push(uri));
  const change = (rule_id: string, owner = 'local'): NewEvent => ({
    type: 'rule_changed',
    rule_id,
    action: 'updated',
    owner,
  });
  for (let i = 0; i < 50; i += 1) bus.emit(change('rule_1'));
  bus.emit({ type: 'mug_detected', analysis_id: 'ana_1', count: 1, owner: 'local' });
  bus.emit(change('rule_9', 'somebody else'));
  vi.advanceTimersByTime(1000);
  expect(told).toEqual(['rules://list', 'rule://rule_1']);
  bus.emit(change('rule_2'));
  stop();
  vi.advanceTimersByTime(1000);
  bus.emit(change('rule_3'));
  vi.advanceTimersByTime(1000);
  expect(told).toHaveLength(2);
});
