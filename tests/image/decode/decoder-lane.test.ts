import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DecoderLane, type LaneOptions } from '../../../src/image/decode/decoder-lane.ts';
import { decodePlan } from '../../../src/image/decode/plan.ts';
import { decodeScaled, isCostly } from '../../../src/image/decode/scale.ts';
import { scaleHere } from '../../../src/image/decode/scale-here.ts';
import { refusal, testImage } from '../test-images.ts';
import { flatPng, noise } from './support/poison.ts';

const [HANGS, DIES, WORKS] = [1, 2, 3];
const odd = (options: Partial<LaneOptions> = {}) =>
  new DecoderLane({ niceness: 0, program: join(import.meta.dirname, 'support/odd-decoder.ts'), ...options });
const ask = (lane: DecoderLane, width: number, ms = 1, signal?: AbortSignal) =>
  lane.decode({ bytes: Buffer.alloc(3), ms }, { width, height: 1 }, signal);

/** A process that has ended but that nobody has asked for yet (state Z under Linux) runs no more. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    const state = existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, 'latin1') : '';
    return !/\) Z /.test(state);
  } catch {
    return false;
  }
}

describe('a costly image', () => {
  it('has the same pixels as if it were decoded here', async () => {
    const bytes = await noise(500, 400).resize(5000, 4000).jpeg({ progressive: true }).toBuffer();
    expect(isCostly(bytes)).toBe(true);
    const size = { width: 300, height: 240, kernel: 'linear' } as const;
    const apart = await decodeScaled(bytes, size);
    expect(Buffer.from(apart.pixels).equals(Buffer.from((await scaleHere(bytes, size)).pixels))).toBe(true);
    expect(apart.flaw).toBeNull();
  });

  it('whose damage is named, or that cannot be decoded, ends as it would here', async () => {
    const lane = new DecoderLane({ niceness: 0 });
    const whole = await testImage('png', { width: 200, height: 150 });
    whole.fill(7, 300, 500);
    const error = await refusal(lane.decode({ bytes: whole, ms: 1 }, { width: 20, height: 15 }));
    expect(error.code).toBe('VALIDATION_005');
  });

  it('an ordinary photo is none', async () => {
    expect(isCostly(await noise(504, 378).resize(4032, 3024).jpeg({ quality: 92 }).toBuffer())).toBe(false);
  });
});

describe('a decoding that does not end', () => {
  it('is killed when its caller gives up; the next image is decoded', async () => {
    const lane = odd();
    const stop = new AbortController();
    const hanging = ask(lane, HANGS, 1, stop.signal);
    await sleep(100);
    const pid = lane.pid!;
    stop.abort(new Error('given up'));
    await expect(hanging).rejects.toThrow('given up');
    await expect.poll(() => isAlive(pid)).toBe(false);
    expect((await ask(lane, WORKS)).pixels).toHaveLength(1);
  });

  it('is killed when it takes too long', async () => {
    const lane = odd({ maxDecodeMs: 3000 });
    expect((await refusal(ask(lane, HANGS))).code).toBe('ANALYSIS_003');
    expect((await ask(lane, WORKS)).pixels).toHaveLength(1);
  });

  it('keeps the others waiting, the cheapest goes first, too many are refused', async () => {
    const lane = odd({ maxDecodeMs: 3000, maxWaiting: 2 });
    const order: string[] = [];
    const note = (name: string, call: Promise<unknown>) =>
      call.then(
        () => order.push(name),
        () => order.push(`not ${name}`),
      );
    const calls = [
      note('hanging', ask(lane, HANGS)),
      note('dear', ask(lane, WORKS, 900)),
      note('cheap', ask(lane, WORKS, 10)),
      note('too many', ask(lane, WORKS, 5)),
    ];
    await Promise.all(calls);
    expect(order).toEqual(['not too many', 'not hanging', 'cheap', 'dear']);
  });

  it('one that waits leaves at once when its caller gives up', async () => {
    const lane = odd({ maxDecodeMs: 3000 });
    const hanging = ask(lane, HANGS);
    const begun = performance.now();
    await expect(ask(lane, WORKS, 1, AbortSignal.timeout(50))).rejects.toThrow();
    expect(performance.now() - begun).toBeLessThan(1000);
    expect((await refusal(hanging)).code).toBe('ANALYSIS_003');
  });
});

it('an image that the decoder dies of is refused, and the next one is decoded', async () => {
  const lane = odd();
  const error = await refusal(ask(lane, DIES));
  expect(error).toMatchObject({ code: 'VALIDATION_005', message: expect.stringContaining('died') });
  expect((await ask(lane, WORKS)).pixels).toHaveLength(1);
});

it('the decoder knows no token and no setting of ours', async () => {
  process.env.H200_API_TOKEN = 'secret';
  try {
    const { flaw } = await ask(odd(), WORKS);
    expect(flaw).toContain('PATH');
    expect(flaw).not.toContain('H200');
  } finally {
    delete process.env.H200_API_TOKEN;
  }
});

it('an idle decoder ends', async () => {
  const lane = odd({ idleMs: 50 });
  await ask(lane, WORKS);
  const pid = lane.pid!;
  await expect.poll(() => isAlive(pid)).toBe(false);
});

/** Tells its decoder's number, then ends in one of three ways while a decoding of seconds runs. */
const source = (path: string) => JSON.stringify(join(import.meta.dirname, '../../..', path));
const PARENT = `
  import { DecoderLane } from ${source('src/image/decode/decoder-lane.ts')};
  import { decodePlan } from ${source('src/image/decode/plan.ts')};
  import { readFileSync } from 'node:fs';
  const lane = new DecoderLane({ niceness: 0 });
  await lane.decode(decodePlan(readFileSync(process.argv[2])), { width: 8, height: 8 });
  const slow = readFileSync(process.argv[3]);
  lane.decode(decodePlan(slow), { width: 640, height: 480 }).catch(() => {});
  setTimeout(() => {
    console.log(lane.pid);
    if (process.argv[1] === 'exit') process.exit();
    if (process.argv[1] === 'kill') process.kill(process.pid, 'SIGKILL');
  }, 300);`;

describe('the program ends while an image is decoded', () => {
  const folder = mkdtempSync(join(tmpdir(), 'h200-decoder-'));
  const [small, large] = [join(folder, 'small.png'), join(folder, 'large.png')];
  beforeAll(() => {
    writeFileSync(small, flatPng(8, 8, { bits: 8, type: 2 }));
    writeFileSync(large, flatPng(8192, 6144, { bits: 16, type: 6, filter: 4 }));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(['exit', 'kill'])('by %s: at once, and the decoder with it', async (way) => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', PARENT, way, small, large], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    const begun = performance.now();
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    expect(performance.now() - begun).toBeLessThan(1000);
    await expect.poll(() => isAlive(Number(line)), { timeout: 2000 }).toBe(false);
  });

  it('an idle decoder keeps nobody waiting', async () => {
    const script = PARENT.slice(0, PARENT.indexOf('const slow'));
    const child = spawn(process.execPath, ['--input-type=module', '-e', script, 'wait', small], { stdio: 'inherit' });
    const [status] = await once(child, 'exit');
    expect(status).toBe(0);
  });

  it('the slow image is decoded where nobody ends it', async () => {
    const slow = readFileSync(large);
    expect(decodePlan(slow).ms).toBeGreaterThan(1000);
    expect((await decodeScaled(slow, { width: 64, height: 48 })).pixels).toHaveLength(64 * 48 * 3);
  });
});
