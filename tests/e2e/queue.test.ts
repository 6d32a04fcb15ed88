import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { killRounds } from '../queue/kill-rounds.ts';
import { freshName } from '../queue/rig.ts';
import { runProgram, start, waitForLine } from '../support/program.ts';
import { HAS_REDIS_SERVER, REDIS_URL, settingsOf } from '../support/redis.ts';

let folder: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'h200-queue-'));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

describe.skipIf(!HAS_REDIS_SERVER)('three workers that are killed one after another', () => {
  const plan = { jobs: 300, workers: 3, atOnce: 16, killEveryMs: 1500, photoEvery: 10 };
  it('lose nothing and do nothing twice', { timeout: 480_000 }, async () => {
    const report = await killRounds({ folder, ...plan });
    expect(report).toMatchObject({ answered: 300, refused: {}, mistaken: 0, distinctIds: 300, stored: 300, dead: 0 });
    expect(report.kills).toBeGreaterThan(1);
  });

  it('nor does a Redis that forgets everything in the middle', { timeout: 480_000 }, async () => {
    const report = await killRounds({ folder, ...plan, killEveryMs: 4000, restartRedisAt: 120, keeps: false });
    expect(report).toMatchObject({ answered: 300, mistaken: 0, distinctIds: 300, stored: 300, dead: 0 });
    // While it is away, who comes is told so, and comes again; who was there already waits.
    expect(Object.keys(report.refused).filter((code) => !/^QUEUE_00[12]$/.test(code))).toEqual([]);
  });
});

describe.skipIf(REDIS_URL === null)('the program', () => {
  const env = () => {
    const { nodes } = settingsOf();
    return {
      REDIS_HOST: nodes[0]!.host,
      REDIS_PORT: String(nodes[0]!.port),
      H200_QUEUE: 'redis',
      H200_QUEUE_NAME: freshName(),
      H200_DATA_DIR: join(folder, 'data'),
      H200_MODELS_DIR: join(folder, 'none'),
    };
  };

  it('says what the queue is without one', async () => {
    const off = await runProgram(['queue', 'status'], { env: { H200_DATA_DIR: join(folder, 'data') } });
    expect(off).toMatchObject({ status: 0, stdout: expect.stringContaining('H200_QUEUE is unset') });
    const nowhere = await runProgram(['worker'], { env: { H200_QUEUE: 'redis', H200_DATA_DIR: join(folder, 'data') } });
    expect(nowhere.status).not.toBe(0);
    expect(nowhere.stderr).toContain('REDIS_HOST is unset');
  });

  it('has workers with a wrong model or without theirs take nothing and say so, while the others answer every photo', {
    timeout: 240_000,
  }, async () => {
    const all = env();
    const begin = (args: string[], more: Record<string, string> = {}) => {
      const child = start(args, { env: { ...all, ...more } });
      children.push(child);
      return child;
    };
    const [server, good, wrong, missing] = [
      begin(['serve', '--port', '0'], { H200_RATE_LIMIT: '0' }),
      begin(['worker']),
      begin(['worker'], { H200_MODEL: 'nosuch' }),
      begin(['worker'], { H200_MODEL: 'deimv2-femto' }),
    ];
    const [url] = await Promise.all([
      waitForLine(server!, /listens on (http:\S+)/).then((found) => found[1]),
      waitForLine(good!, /takes analyses/),
      waitForLine(wrong!, /TAKES NOTHING: ANALYSIS_001.* H200_MODEL.*Set it to one of/),
      waitForLine(missing!, /TAKES NOTHING: ANALYSIS_001.*models fetch deimv2-femto/),
    ]);
    const image = `data:image/jpeg;base64,${readFileSync('examples/mug-too-close.jpg').toString('base64')}`;
    const ask = async (n: number) => {
      const response = await fetch(`${url}/api/v1/analyze/with-feedback`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ image, threshold: 0.3 + n / 1e5, calibration: { mm_per_pixel: 1 } }),
      });
      return `${response.status} ${(await response.text()).match(/"error".*/)?.[0] ?? ''}`.trim();
    };
    const codes: string[] = [];
    for (let n = 0; n < 10; n += 2) codes.push(...(await Promise.all([ask(n), ask(n + 1)])));
    expect(codes).toEqual(Array(10).fill('200'));
    const { stdout } = await runProgram(['queue', 'status'], { env: all });
    expect(stdout.match(/TAKES NOTHING/g)).toHaveLength(2);
    const doctor = await runProgram(['doctor'], { env: all });
    expect(doctor.stdout).toMatch(/failed {2}queue .*2 of 3 workers take nothing/);
  });

  it('ends a worker after what it has, writes nothing to stdout, and has the doctor say who works', {
    timeout: 120_000,
  }, async () => {
    const all = env();
    const worker = start(['worker'], { env: all });
    children.push(worker);
    let stdout = '';
    worker.stdout?.on('data', (chunk) => {
      stdout += chunk;
    });
    await waitForLine(worker, /takes analyses/);
    const { stdout: healthy } = await runProgram(['doctor'], { env: all });
    expect(healthy).toMatch(/ok {6}queue .*connected.* 1 workers?/);
    const ended = new Promise<number | null>((resolve) => worker.once('exit', resolve));
    worker.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(stdout).toBe('');
    const { stdout: alone } = await runProgram(['doctor'], { env: all });
    expect(alone).toMatch(/failed {2}queue .*QUEUE_002/);
    const { stdout: status } = await runProgram(['queue', 'status', '--json'], { env: all });
    expect(JSON.parse(status)).toMatchObject({ state: 'connected', workers: [] });
  });
});
