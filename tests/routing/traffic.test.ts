import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/errors.ts';
import type { Registry } from '../../src/ports/registry.ts';
import { TrafficLog } from '../../src/routing/traffic.ts';
import { createSqliteRecords } from '../../src/storage/sqlite/records.ts';
import { createLog } from '../../src/telemetry/log.ts';

const START = Date.parse('2026-11-20T12:00:00.000Z');

function open(registry: Registry = createSqliteRecords(':memory:').registry) {
  const time = { ms: START };
  const now = () => new Date(time.ms);
  const log = (over: Registry = registry) =>
    new TrafficLog({ registry: over, now, log: createLog('silent'), stores: true });
  const last = (one: TrafficLog, backend: string, ms: number) => one.between(backend, new Date(time.ms - ms), now());
  return { registry, time, log, last };
}

describe('what was sent to a backend', () => {
  it('is counted over all processes, by backend and time', async () => {
    const { time, log, last } = open();
    const [a, b] = [log(), log()];
    for (let minute = 0; minute < 10; minute += 1) {
      time.ms = START + minute * 60_000;
      a.add('srv_a', 100);
      b.add('srv_a', null);
      b.add('here', 5);
      await Promise.all([a.flush(), b.flush()]);
    }
    time.ms += 1000;
    for (const one of [a, b, log()]) {
      expect(await last(one, 'srv_a', 3_600_000)).toMatchObject({ requests: 20, errors: 10 });
      expect(await last(one, 'srv_a', 120_000)).toMatchObject({ requests: 6, errors: 3 });
      expect(await last(one, 'here', 3_600_000)).toMatchObject({ requests: 10, errors: 0 });
      expect(await last(one, 'srv', 3_600_000)).toEqual({ requests: 0, errors: 0, p50_ms: null, p95_ms: null });
    }
  });

  it('is known to the process that sent it before it is written, and is not counted twice after', async () => {
    const { log, last, time } = open();
    const one = log();
    one.add('srv_a', 10);
    time.ms += 500;
    expect((await last(one, 'srv_a', 60_000)).requests).toBe(1);
    await one.flush();
    one.add('srv_a', 10);
    expect((await last(one, 'srv_a', 60_000)).requests).toBe(2);
    await one.flush();
    await one.flush();
    expect((await last(one, 'srv_a', 60_000)).requests).toBe(2);
    expect((await last(log(), 'srv_a', 60_000)).requests).toBe(2);
  });

  it('tells quantiles to 5 %', async () => {
    const { log, last, time } = open();
    const [a, b] = [log(), log()];
    for (let ms = 1; ms <= 2000; ms += 1) (ms % 2 ? a : b).add('srv_a', ms);
    await Promise.all([a.flush(), b.flush()]);
    time.ms += 1;
    const { p50_ms, p95_ms } = await last(a, 'srv_a', 60_000);
    expect(Math.abs((p50_ms ?? 0) / 1000 - 1)).toBeLessThan(0.05);
    expect(Math.abs((p95_ms ?? 0) / 1900 - 1)).toBeLessThan(0.05);
  });

  it('is kept while the store is gone, and written once when it is back, also where only an answer was lost', async () => {
    const { registry, log, last, time } = open();
    let fault: 'down' | 'lost' | null = 'down';
    const faulty: Registry = {
      ...registry,
      async add(...args) {
        if (fault === 'down') throw new AppError('DB_001');
        const done = await registry.add(...args);
        if (fault === 'lost') throw new AppError('DB_001');
        return done;
      },
    };
    const one = log(faulty);
    one.add('srv_a', 10);
    await one.flush();
    time.ms += 60_000;
    one.add('srv_a', 10);
    fault = 'lost';
    await one.flush();
    await one.flush();
    fault = null;
    for (let i = 0; i < 3; i += 1) await one.flush();
    time.ms += 1;
    expect((await last(log(), 'srv_a', 600_000)).requests).toBe(2);
    expect((await last(one, 'srv_a', 600_000)).requests).toBe(2);
  });

  it('goes after a day', async () => {
    const { registry, log, last, time } = open();
    const one = log();
    one.add('srv_a', 10);
    await one.flush();
    time.ms += 25 * 3_600_000;
    expect((await last(one, 'srv_a', 48 * 3_600_000)).requests).toBe(0);
    expect(await registry.removeExpired(new Date(time.ms).toISOString())).toBe(1);
  });

  it('takes no more memory than it may while nothing can be written', async () => {
    const { registry, log, time, last } = open();
    const never: Registry = {
      ...registry,
      add: async () => {
        throw new AppError('DB_001');
      },
    };
    const one = log(never);
    for (let i = 0; i < 7000; i += 1) {
      time.ms = START + i * 10_000;
      one.add('srv_a', 10);
    }
    await one.flush();
    time.ms += 1;
    expect((await last(one, 'srv_a', 23 * 3_600_000)).requests).toBe(5760);
  });
});
