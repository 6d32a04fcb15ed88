import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../services/ports.ts';
import { type RedisServer, startRedis, stopRedis } from '../services/redis-server.ts';
import { PROGRAM, waitForLine } from '../support/program.ts';

export interface KillPlan {
  /** Stores and Redis; the caller removes it. */
  readonly folder: string;
  readonly jobs: number;
  readonly workers: number;
  /** Requests that are open at once. */
  readonly atOnce: number;
  /** A worker is killed and started again so often, ms; null: none is. */
  readonly killEveryMs: number | null;
  /** Of every so many jobs one is a photo that a model looks at; the others bring their own boxes. */
  readonly photoEvery: number;
  /** After so many answers Redis is killed and started again; `keeps`: with what it held. */
  readonly restartRedisAt?: number;
  readonly keeps?: boolean;
  /** Told from time to time. */
  readonly tell?: (line: string) => void;
  readonly env?: Readonly<Record<string, string>>;
}

export interface KillReport {
  readonly answered: number;
  /** Answers of another code, by code; who was told that the queue is away came again. */
  readonly refused: Readonly<Record<string, number>>;
  /** Answers that are not of their question. */
  readonly mistaken: number;
  readonly distinctIds: number;
  /** Analyses that the server has stored. */
  readonly stored: number;
  readonly kills: number;
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  readonly dead: number;
}

const DESK = [
  { class: 'mug', confidence: 0.9, bbox: [100, 260, 160, 330] },
  { class: 'laptop', confidence: 0.95, bbox: [220, 160, 520, 340] },
];
/** Who is told so comes again. */
const AWAY = new Set(['QUEUE_001', 'QUEUE_002']);
const PHOTO = new URL('../../examples/mug-too-close.jpg', import.meta.url);

/** One server and some workers of the built program over a Redis of their own, while workers are killed one after another. */
export async function killRounds(plan: KillPlan): Promise<KillReport> {
  const { folder, jobs, workers, tell = () => {} } = plan;
  const port = await freePort();
  const redisOptions = {
    folder: join(folder, 'redis'),
    port,
    settings: plan.keeps === false ? [] : ['--appendonly', 'yes', '--appendfsync', 'always'],
  };
  let redis: RedisServer = await startRedis(redisOptions);
  const env = {
    ...process.env,
    LOG_LEVEL: 'error',
    REDIS_HOST: '127.0.0.1',
    REDIS_PORT: String(port),
    H200_QUEUE: 'redis',
    H200_QUEUE_CONCURRENCY: '4',
    H200_RATE_LIMIT: '0',
    H200_DATA_DIR: join(folder, 'data'),
    H200_MODELS_DIR: join(folder, 'no-models'),
    H200_TIMEOUT_MS: '120000',
    ...plan.env,
  };
  const children = new Set<ChildProcess>();
  const begin = (...args: string[]) => {
    const child = spawn(process.execPath, [PROGRAM, ...args], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    children.add(child);
    child.once('exit', () => children.delete(child));
    return child;
  };
  const startWorker = async () => {
    const worker = begin('worker');
    await waitForLine(worker, /takes analyses/);
    return worker;
  };
  let isOver = false;
  try {
    const server = begin('serve', '--port', '0');
    const url = (await waitForLine(server, /listens on (http:\S+)/))[1] as string;
    const fleet = await Promise.all(Array.from({ length: workers }, startWorker));
    const photo = `data:image/jpeg;base64,${readFileSync(PHOTO).toString('base64')}`;
    const times: number[] = [];
    const ids = new Set<string>();
    const refused: Record<string, number> = {};
    let [answered, mistaken, kills, next] = [0, 0, 0, 0];

    const killing = (async () => {
      const { killEveryMs } = plan;
      for (let turn = 0; killEveryMs !== null && !isOver; turn = (turn + 1) % fleet.length) {
        await sleep(killEveryMs);
        if (isOver) break;
        const victim = fleet[turn]!;
        victim.kill('SIGKILL');
        if (victim.exitCode === null && victim.signalCode === null) await once(victim, 'exit');
        kills += 1;
        fleet[turn] = await startWorker();
      }
    })();
    killing.catch(() => undefined);

    const ask = async (n: number): Promise<void> => {
      // Told apart by its scale, of which the answer has five digits.
      const scale = 1 + n / 1e4;
      const isPhoto = n % plan.photoEvery === 0;
      const body = {
        calibration: { mm_per_pixel: scale },
        // No two photos have one answer, nor the same detections in the cache.
        ...(isPhoto
          ? { image: photo, threshold: 0.3 + n / 1e5 }
          : { detections: DESK, size: { width: 640, height: 480 } }),
      };
      const begun = performance.now();
      const response = await fetch(new URL('/api/v1/analyze/with-feedback', url), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      const answer = (await response.json()) as {
        analysis_id: string;
        calibration: { mm_per_pixel: number };
        cached: boolean;
        error?: { code: string; retry_after_s?: number };
      };
      if (!response.ok) {
        const code = answer.error?.code ?? String(response.status);
        refused[code] = (refused[code] ?? 0) + 1;
        if (!AWAY.has(code)) return;
        await sleep(1000 * (answer.error?.retry_after_s ?? 1));
        return ask(n);
      }
      times.push(performance.now() - begun);
      answered += 1;
      ids.add(answer.analysis_id);
      if (Math.abs(answer.calibration.mm_per_pixel - scale) > 4e-5 || answer.cached) mistaken += 1;
      if (answered % 1000 === 0) tell(`${answered} answered, ${kills} kills`);
      if (answered === plan.restartRedisAt) {
        tell('Redis is killed');
        await stopRedis(redis);
        await sleep(1500);
        redis = await startRedis(redisOptions);
      }
    };
    const started = performance.now();
    await Promise.all(
      Array.from({ length: plan.atOnce }, async () => {
        while (next < jobs) await ask(next++);
      }),
    );
    const seconds = (performance.now() - started) / 1000;
    isOver = true;
    const history = await fetch(new URL('/api/v1/analyze/history?limit=1', url));
    const status = (await (await fetch(new URL('/api/v1/queue', url))).json()) as { dead: number };
    times.sort((a, b) => a - b);
    const at = (share: number) => Math.round(times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? 0);
    return {
      ...{ answered, refused, mistaken, kills, seconds },
      distinctIds: ids.size,
      stored: Number(history.headers.get('x-total-count')),
      ...{ p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1), dead: status.dead },
    };
  } finally {
    isOver = true;
    for (const child of children) child.kill('SIGKILL');
    await stopRedis(redis);
  }
}
