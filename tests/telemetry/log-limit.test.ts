import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLog } from '../../src/telemetry/log.ts';
import { type LeftOut, LogLimit } from '../../src/telemetry/log-limit.ts';

let now: number;
let told: LeftOut[];
beforeEach(() => {
  vi.useFakeTimers();
  now = 0;
  told = [];
});
afterEach(() => {
  vi.useRealTimers();
});

/** A log whose lines are kept, and its limit. */
function open(level = 'info') {
  const limit = new LogLimit(
    (leftOut) => told.push(leftOut),
    {},
    () => now,
  );
  const lines: string[] = [];
  return { limit, lines, log: createLog(level, { stream: { write: (line) => lines.push(line) }, limit }) };
}

describe('the log', () => {
  it('takes so many lines of a client in a minute, whatever it sends, and says how many are left out', () => {
    const { lines, log } = open();
    for (let i = 0; i < 100_000; i += 1) log.warn({ client: '10.0.0.1', n: i }, 'request failed');
    expect(lines).toHaveLength(30);
    expect(told).toEqual([]);
    now = 60_000;
    vi.advanceTimersByTime(60_000);
    expect(told).toEqual([{ of: 'request failed', suppressed: 99_970, client: '10.0.0.1' }]);
    log.warn({ client: '10.0.0.1' }, 'request failed');
    expect(lines).toHaveLength(31);
  });

  it('goes on for other clients and other messages, also of child loggers', () => {
    const { lines, log } = open();
    const child = log.child({ reqId: 'req_1' });
    for (let i = 0; i < 1000; i += 1) child.error({ client: '10.0.0.1', err: new Error(`${i}`) }, 'request failed');
    child.error({ client: '10.0.0.2' }, 'request failed');
    child.error({ client: '10.0.0.1' }, 'something else');
    log.info('no client at all');
    expect(lines).toHaveLength(33);
  });

  it('is bounded for many clients together, and for messages that never repeat', () => {
    const { lines, log } = open();
    for (let i = 0; i < 20_000; i += 1) log.warn({ client: `client ${i}` }, 'request failed');
    expect(lines).toHaveLength(300);
    for (let i = 0; i < 20_000; i += 1) log.warn(`caller's own words ${i}`);
    expect(lines.length).toBeLessThan(500);
    for (let i = 0; i < 20_000; i += 1) log.error(new Error(`${i}`));
    expect(lines.length).toBeLessThan(600);
  });

  it('is bounded at every level', () => {
    const { lines, log } = open('debug');
    for (let i = 0; i < 1000; i += 1) log.debug({ err: new Error(`${i}`) }, 'mcp http');
    expect(lines).toHaveLength(30);
  });

  it('names no client where several were left out', () => {
    const { limit, log } = open();
    for (const client of ['a', 'b']) for (let i = 0; i < 40; i += 1) log.warn({ client }, 'request failed');
    limit.flush();
    expect(told).toEqual([{ of: 'request failed', suppressed: 20, client: null }]);
    limit.flush();
    expect(told).toHaveLength(1);
  });
});
