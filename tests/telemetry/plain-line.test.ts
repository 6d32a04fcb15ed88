import { describe, expect, it } from 'vitest';
import { createLog } from '../../src/telemetry/log.ts';
import { LogLimit } from '../../src/telemetry/log-limit.ts';
import { MAX_LINE } from '../../src/telemetry/plain-line.ts';
import { leftOutLine } from '../../src/telemetry/stderr.ts';
import { CANARIES, OBEYED, texts } from '../support/canaries.ts';

interface Line {
  readonly msg?: string;
  readonly client?: string;
  readonly cut?: number;
  readonly err?: { readonly message: string; readonly stack: string };
}

function logged(say: (log: ReturnType<typeof createLog>) => void): string {
  const lines: string[] = [];
  const limit = new LogLimit(() => {});
  say(createLog('debug', { stream: { write: (line) => lines.push(line) }, limit }));
  expect(lines).toHaveLength(1);
  return lines[0]!;
}

function expectPlain(line: string): void {
  expect(line.endsWith('\n')).toBe(true);
  expect(line.length).toBeLessThanOrEqual(MAX_LINE + 1);
  expect(line).not.toMatch(OBEYED);
  for (const text of texts(JSON.parse(line))) {
    expect(text).not.toMatch(OBEYED);
    expect(text.length).toBeLessThanOrEqual(4000);
  }
}

describe.each(Object.entries(CANARIES))('%s', (_, canary) => {
  it.each<[string, (log: ReturnType<typeof createLog>) => void]>([
    ['the message', (log) => log.warn(canary)],
    ['a message with values', (log) => log.warn('%s of %s', canary, canary)],
    ['a file name', (log) => log.warn({ file: canary, files: [canary] }, 'read')],
    ['headers', (log) => log.info({ headers: { 'user-agent': canary, [canary]: canary } }, 'asked')],
    ['the name of a client', (log) => log.info({ client: canary }, 'asked')],
    ['an error', (log) => log.error({ err: new Error(canary, { cause: new Error(canary) }) }, 'failed')],
    ['an error alone', (log) => log.error(new Error(canary))],
    ['a request id', (log) => log.child({ reqId: canary }).warn('failed')],
    ['what was left out', () => {}],
  ])('%s shows it and obeys nothing of it', (what, say) => {
    const line =
      what === 'what was left out' ? leftOutLine({ of: canary, suppressed: 1, client: canary }) : logged(say);
    expectPlain(line);
    expect(line).toContain('kq7zx');
  });
});

it('keeps where an error happened, on its lines', () => {
  const { err } = JSON.parse(logged((log) => log.error({ err: new Error('out of luck') }, 'failed'))) as Line;
  expect(err?.message).toBe('out of luck');
  expect(err?.stack).toMatch(/out of luck\n +at .*plain-line\.test\.ts/);
});

it('redacts as before', () => {
  expect(logged((log) => log.warn({ headers: { authorization: 'secret' } }, 'asked'))).not.toContain('secret');
});

it('a line of very many fields keeps what it is about', () => {
  const many = Object.fromEntries(Array.from({ length: 90 }, (_, i) => [`f${i}`, 'x'.repeat(1000)]));
  const line = logged((log) => log.warn({ client: '127.0.0.1', ...many }, 'asked'));
  expect(line.length).toBeLessThan(300);
  expect(JSON.parse(line)).toMatchObject({ client: '127.0.0.1', msg: 'asked', cut: expect.any(Number) });
});
