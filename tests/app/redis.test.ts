import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type App, createApp } from '../../src/app/create-app.ts';
import { redisSettings } from '../../src/app/redis-settings.ts';
import { loadConfig } from '../../src/config/config.ts';
import { LOCAL } from '../../src/contract/principal.ts';
import { checkHealth } from '../../src/gateway/http/health.ts';
import { metricsReport } from '../../src/presentation/metrics-report.ts';
import { freePort } from '../services/ports.ts';
import { type RedisServer, redisCli, startRedis, stopRedis } from '../services/redis-server.ts';
import { localCall } from '../support/caller.ts';
import { DESK, plainPhoto } from '../support/journey.ts';
import { HAS_REDIS_SERVER } from '../support/redis.ts';

const SECRET = 's3cret-word';
/** Nothing listens there. */
const NOBODY = { REDIS_HOST: '127.0.0.1', REDIS_PORT: '9', REDIS_PASSWORD: SECRET };

let folder: string;
const apps: App[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'h200-redis-app-'));
});
afterEach(async () => {
  await Promise.all(apps.splice(0).map((app) => app.close()));
  rmSync(folder, { recursive: true, force: true });
});

async function open(env: Record<string, string>, name = 'data'): Promise<App> {
  const app = await createApp(loadConfig({ LOG_LEVEL: 'silent', H200_DATA_DIR: join(folder, name), ...env }));
  apps.push(app);
  return app;
}
const detections = DESK.map(({ class: name, confidence, bbox }) => ({ class: name, confidence, bbox: [...bbox] }));
const desk = { detections, size: { width: 640, height: 480 } } as never;

/** The program from its sources, with its output. */
async function runHere(script: string, env: Record<string, string>) {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
    cwd: root,
    env: { ...process.env, H200_DATA_DIR: join(folder, 'data'), ...env },
    timeout: 60_000,
  }).catch((error: { stdout: string; stderr: string }) => error);
  return { stdout, stderr };
}
const command = (...args: string[]) =>
  `const { run } = await import('./src/main.ts'); process.exitCode = await run(${JSON.stringify(args)});`;

describe('the settings', () => {
  const settings = (env: Record<string, string>) => redisSettings(loadConfig(env));
  it('name one server, a cluster or sentinels', () => {
    expect(settings({})).toBeNull();
    expect(settings({ REDIS_HOST: 'cache' })).toEqual({
      nodes: [{ host: 'cache', port: 6379 }],
      mode: 'single',
      db: 0,
    });
    const one = {
      REDIS_HOST: '[::1]:7000',
      REDIS_PASSWORD: 'p',
      REDIS_USERNAME: 'u',
      REDIS_DB: '3',
      REDIS_TLS: 'true',
    };
    expect(settings(one)).toEqual({
      nodes: [{ host: '::1', port: 7000 }],
      mode: 'single',
      db: 3,
      username: 'u',
      password: 'p',
      tls: {},
    });
    expect(settings({ REDIS_HOST: 'a:1, b', REDIS_PORT: '2', REDIS_CLUSTER: 'yes' })).toMatchObject({
      nodes: [
        { host: 'a', port: 1 },
        { host: 'b', port: 2 },
      ],
      mode: 'cluster',
    });
    expect(settings({ REDIS_HOST: 'a,b:5', REDIS_SENTINEL_MASTER: 'm', REDIS_SENTINEL_PASSWORD: 's' })).toMatchObject({
      nodes: [
        { host: 'a', port: 26_379 },
        { host: 'b', port: 5 },
      ],
      mode: 'sentinel',
      master: 'm',
      sentinelPassword: 's',
    });
    const ca = join(folder, 'ca.pem');
    writeFileSync(ca, 'PEM');
    expect(settings({ REDIS_HOST: 'a', REDIS_TLS: 'true', REDIS_CA_FILE: ca })).toMatchObject({ tls: { ca: 'PEM' } });
  });

  it.each([
    [{ REDIS_HOST: 'a,b' }, /several hosts need/],
    [{ REDIS_HOST: 'a', REDIS_CLUSTER: 'true', REDIS_SENTINEL_MASTER: 'm' }, /set one of them/],
    [{ REDIS_HOST: 'a', REDIS_CLUSTER: 'true', REDIS_DB: '1' }, /database 0 only/],
    [{ REDIS_HOST: 'a:70000' }, /1 to 65535/],
    [{ REDIS_HOST: 'a', REDIS_CA_FILE: '/nowhere/ca.pem' }, /cannot be read \(ENOENT\)/],
    [{ REDIS_HOST: 'a', REDIS_DB: '99' }, /REDIS_DB/],
    [{ REDIS_HOST: ',' }, /must be a host/],
    [{ REDIS_HOST: `redis://hans:${SECRET}@a:6379` }, /REDIS_HOST: its value must be a host.*without a password$/],
  ])('that do not go together stop the start: %o', (env, problem) => {
    expect(() => settings(env as never)).toThrow(problem);
    expect(() => settings(env as never)).not.toThrow(SECRET);
  });
});

describe('without a server', () => {
  it('everything is answered, and health and metrics say so', async () => {
    const { services } = await open(NOBODY);
    const first = await services.analyses.analyze(localCall, desk);
    const second = await services.analyses.analyze(localCall, desk);
    expect([first.cached, second.cached, second.analysis_id]).toEqual([false, true, first.analysis_id]);
    // Its loss makes no server ill.
    const health = await checkHealth(services, LOCAL);
    expect(health.checks).toMatchObject({ cache: { ok: false, redis: 'unreachable' }, store: { ok: true } });
    const { text } = await services.measured.exposition(localCall);
    expect(text).toContain('h200_redis_up 0');
    expect(text).toMatch(/h200_cache_errors_total\{kind="skipped"\} [1-9]/);
    expect(text).toContain('h200_cache_layer_hits_total{layer="memory"} 1');
    const report = await metricsReport(services, localCall);
    expect(report.cache).toMatchObject({ hits: 1, misses: 1, layers: { redis: { state: 'unreachable', hits: 0 } } });
    expect(JSON.stringify([health, text, report])).not.toContain(SECRET);
  });

  it('rate limits are counted here alone, and metrics say so', async () => {
    const app = await open(NOBODY);
    const rates = await app.shareRates();
    expect(await rates?.take(60, [['ann', 1]])).toBeNull();
    expect((await app.services.measured.exposition(localCall)).text).toContain('h200_rate_limit_shared 0');
    expect(await (await open({})).shareRates()).toBeNull();
    expect(await (await open({ ...NOBODY, H200_RATE_LIMIT: '0' })).shareRates()).toBeNull();
  });

  it('says nothing of Redis where none is configured', async () => {
    const { services } = await open({});
    expect((await checkHealth(services, LOCAL)).checks.cache).toEqual({ ok: true, redis: null });
    expect((await services.measured.exposition(localCall)).text).not.toContain('redis');
    expect((await metricsReport(services, localCall)).cache.layers.redis).toBeNull();
  });

  it('doctor and log name the fault and no password, and one line is enough', async () => {
    const doctor = await runHere(command('doctor'), NOBODY);
    expect(doctor.stdout).toMatch(/failed +cache +CACHE_001: Redis gives no answer \((ECONNREFUSED|not asked)\)/);
    const analyze = await runHere(command('analyses', 'list'), { ...NOBODY, LOG_LEVEL: 'debug' });
    const lines = analyze.stderr.split('\n').filter((line) => /Redis/.test(line));
    expect(lines.length).toBeLessThanOrEqual(1);
    expect(`${doctor.stdout}${doctor.stderr}${analyze.stdout}${analyze.stderr}`).not.toContain(SECRET);
    const cleared = await runHere(command('cache', 'clear'), NOBODY);
    expect(cleared.stderr).toMatch(/Redis gives no answer/);
  }, 120_000);

  it('loads the client only where it is configured', async () => {
    const script = `
      import { createRequire } from 'node:module';
      const { createApp } = await import('./src/app/create-app.ts');
      const { loadConfig } = await import('./src/config/config.ts');
      const app = await createApp(loadConfig(process.env));
      const loaded = Object.keys(createRequire(import.meta.url).cache).filter((f) => /node_modules.ioredis/.test(f));
      console.log(loaded.length > 0);
      await app.close();`;
    expect((await runHere(script, { LOG_LEVEL: 'silent', REDIS_HOST: '' })).stdout).toBe('false\n');
    expect((await runHere(script, { LOG_LEVEL: 'silent', ...NOBODY })).stdout).toBe('true\n');
  }, 60_000);
});

describe.skipIf(!HAS_REDIS_SERVER)('with a server', () => {
  beforeEach(() => redisCli(server.port, '-a', SECRET, 'flushall'));
  let server: RedisServer;
  let env: Record<string, string>;
  let home: string;
  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'h200-redis-server-'));
    const port = await freePort();
    server = await startRedis({ folder: home, port, settings: ['--requirepass', SECRET], password: SECRET });
    env = { REDIS_HOST: '127.0.0.1', REDIS_PORT: `${port}`, REDIS_PASSWORD: SECRET };
  });
  afterAll(async () => {
    await stopRedis(server);
    rmSync(home, { recursive: true });
  });
  const keys = async () => (await redisCli(server.port, '-a', SECRET, 'keys', '*')).split('\n').filter(Boolean);

  it('a second server need not look at what the first one saw, and forgets with it', async () => {
    const [first, second] = [await open(env, 'one'), await open(env, 'two')];
    const inferences = async ({ services }: App) => (await services.measured.snapshot(localCall)).inference_ms.count;
    let width = 320;
    /** How often the second looks at a photo that the first has seen: on a busy machine Redis may be too slow once. */
    const looks = async () => {
      await redisCli(server.port, '-a', SECRET, 'flushall');
      width += 1;
      const bytes = await plainPhoto(width);
      const seen = await first.services.analyses.analyze(localCall, { bytes, store: true });
      await expect.poll(keys).toHaveLength(3);
      const before = await inferences(second);
      const again = await second.services.analyses.analyze(localCall, { bytes, store: true });
      expect([again.cached, again.objects, again.model]).toEqual([false, seen.objects, seen.model]);
      // Records of their own: what one stored is no answer of the other.
      expect(again.analysis_id).not.toBe(seen.analysis_id);
      await first.services.analyses.delete(localCall, seen.analysis_id);
      return (await inferences(second)) - before;
    };
    await expect.poll(looks, { timeout: 30_000 }).toBe(0);
    expect(await inferences(first)).toBeGreaterThan(0);
    await expect.poll(keys).toEqual([]);
    // Nor does what is written at the end name it.
    await first.close();
    expect(await keys()).toEqual([]);
  }, 60_000);

  it('servers with the same secret count together, by names that Redis does not learn', async () => {
    const secret = { JWT_SECRET: 'a secret of both, which is long enough' };
    const [first, second] = [await open({ ...env, ...secret }, 'one'), await open({ ...env, ...secret }, 'two')];
    const stranger = await open({ ...env, JWT_SECRET: 'another secret, which is long enough' }, 'three');
    const left: (number | undefined)[] = [];
    for (const app of [first, second, stranger]) {
      const rates = await app.shareRates();
      await expect.poll(() => rates?.state).toBe('connected');
      left.push((await rates?.take(3000, [['203.0.113.9', 1000]]))?.[0]);
    }
    expect(left[0]).toBeCloseTo(2000, 0);
    expect(left[1]).toBeLessThan(1900);
    expect(left[2]).toBeCloseTo(2000, 0);
    expect((await first.services.measured.exposition(localCall)).text).toContain('h200_rate_limit_shared 1');
    expect(await keys()).toHaveLength(2);
    expect((await keys()).join()).not.toContain('203.0.113.9');
  }, 60_000);

  it('holds nothing of what is not stored', async () => {
    const { services } = await open(env);
    const bytes = await plainPhoto(320, 240);
    await services.analyses.analyze(localCall, { bytes, store: false });
    expect((await services.analyses.analyze(localCall, { bytes, store: false })).cached).toBe(true);
    await apps.pop()?.close();
    expect(await keys()).toEqual([]);
  }, 60_000);

  it('doctor says how it is set up, and what a wrong password does', async () => {
    const good = await runHere(command('doctor'), env);
    expect(good.stdout).toMatch(
      /ok +cache +Redis \d+\.\d+\.\d+ answers, \S+ used, any amount of memory, noeviction\. Set maxmemory/,
    );
    const wrong = await runHere(command('doctor'), { ...env, REDIS_PASSWORD: 'wr0ng-word' });
    expect(wrong.stdout).toMatch(/failed +cache +CACHE_001: Redis refuses us \(WRONGPASS\)/);
    const none = await runHere(command('doctor'), { REDIS_HOST: '' });
    expect(none.stdout).toMatch(/off +cache +in each process alone/);
    const said = [good, wrong, none].map(({ stdout, stderr }) => `${stdout}${stderr}`).join('');
    expect(said).not.toMatch(/s3cret|wr0ng/);
  }, 120_000);

  it('cache clear removes all or one kind', async () => {
    const { services } = await open(env);
    await services.analyses.analyze(localCall, { bytes: await plainPhoto(200, 100), store: true });
    await expect.poll(keys).toHaveLength(3);
    const clear = (...more: string[]) => runHere(command('cache', 'clear', ...more), env);
    expect((await clear('--kind', 'answers')).stdout).toBe('1 entries removed.\n');
    expect((await clear()).stdout).toBe('1 entries removed.\n');
    expect((await keys()).filter((key) => !key.endsWith(':hot'))).toEqual([]);
  }, 60_000);
});
