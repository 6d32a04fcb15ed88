import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type FakeRunpod, startFakeRunpod } from '../fakes/runpod/fake-runpod.ts';
import { realTime } from '../fakes/runpod/time.ts';
import { runProgram, start, waitForLine } from '../support/program.ts';

/** The built program against a RunPod of this machine. */
let fake: FakeRunpod;
let folder: string;
let env: Record<string, string>;
beforeAll(async () => {
  fake = await startFakeRunpod({ time: realTime(100), rates: null });
  folder = mkdtempSync(join(tmpdir(), 'h200-deploy-'));
  env = { ...fake.env, H200_DATA_DIR: join(folder, 'data'), H200_SERVER_IMAGE: 'ghcr.io/acme/mug:1.0.0' };
});
afterAll(async () => {
  await fake.close();
  rmSync(folder, { recursive: true, force: true });
});

const deploy = (...words: string[]) => runProgram(['deploy', ...words], { env });
const made = (what: string) =>
  fake.calls.filter(({ method, path }) => method === 'POST' && path === `/v2/${what}`).map(({ body }) => body);

describe('without a key', () => {
  const without = (...words: string[]) =>
    runProgram(['deploy', ...words], { env: { H200_DATA_DIR: join(folder, 'none'), RUNPOD_API_KEY: '' } });

  it.each([
    ['serverless', '--dry-run'],
    ['--mode', 'serverless', '--dry-run'],
    ['--mode=serverless', '--dry-run'],
  ])('%j is a plan, marked as a dry run', async (...words) => {
    const { status, stdout } = await without(...words);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^serverless: dry run\n {2}would be created, 0 to 3 workers of: 1 × "H200"\n/);
    expect(stdout).toContain('RUNPOD_API_KEY is not set');
  });

  it('the same without --dry-run is a failure', async () => {
    const { status, stdout, stderr } = await without('both', '--gpu-type', 'H100');
    expect(status).toBe(2);
    expect(stdout.match(/dry run/g)).toHaveLength(2);
    expect(stderr).toContain('Nothing was deployed');
    const json = await without('both', '--json', '--dry-run', '--environment', 'production');
    expect(json.status).toBe(0);
    expect(JSON.parse(json.stdout)).toMatchObject({
      dry_run: true,
      deployments: [{ type: 'serverless', plan: null, config: { env: ['NODE_ENV'] } }, { type: 'timed' }],
    });
    expect(json.stdout).not.toContain('production');
    expect(await without('status')).toMatchObject({ status: 0, stdout: expect.stringContaining('RUNPOD_API_KEY') });
    expect(await without('list-gpus')).toMatchObject({ status: 2, stderr: expect.stringContaining('SERVER_005') });
    expect((await without('validate', 'timed')).status).toBe(1);
  });
});

it('what cannot be meant is refused, and nothing is created', async () => {
  for (const [words, says] of [
    [[], 'error: Say what to deploy'],
    [['timed', '--gpu-type', 'H200\u001b[31m', '--dry-run'], 'VALIDATION_002: --gpu-type: holds'],
    [['timed', '--gpu-type', `H200,${'x'.repeat(65)}`], 'VALIDATION_002: --gpu-type: must'],
    [['timed', '--gpu-type', 'a,b,c,d,e,f,g,h,i,j'], 'VALIDATION_002: --gpu-type: must'],
    [['timed', '--image', 'a\nb'], 'VALIDATION_002: --image: must be a container image'],
    [['timed', '--image', ''], 'VALIDATION_002: --image: must'],
    [['validate', 'timed', '--image', 'a\u202eb'], 'VALIDATION_002: --image: must be a container image'],
    [['timed', '--health-check-url', '/a\nb'], '--health-check-url'],
    [['list-gpus', '--gpu-type', 'H200\n'], 'VALIDATION_002: --gpu-type: holds'],
    [['cost', '--since', '+020000-01-01T00:00:00Z'], '--since'],
    [['logs', 'timed', '--search', ''], 'VALIDATION_002: --search: must not be empty'],
    [['protect', 'timed'], 'SERVER_001'],
    [['timed', '--mode', 'serverless'], '--mode says "serverless"'],
    [['sideways'], 'known are both, serverless, timed, status'],
    [['timed', '--strategy', 'sideways'], 'recreate, rolling, blue-green, canary'],
    [['timed', '--strategy', 'blue_green', '--canary-percent', '20'], 'belongs to --strategy canary'],
    [['timed', '--keep', '60'], '--keep: needs a --strategy'],
    [['timed', '--replaces', 'timed', '--strategy', 'canary'], 'must be an id (srv_'],
    [['status', 'timed'], 'must be an id (dep_'],
    [['promote', 'dep_none'], 'SERVER_001'],
    [['serverless', '--canary-percent', '20'], 'belongs to --strategy canary'],
    [['timed', '--min-workers', '1'], 'only serverless servers have workers'],
    [['serverless', '--min-workers', '3', '--max-workers', '2'], 'more than --max-workers'],
    [['timed', '--gpu-count', '9'], '1 to 8'],
    [['timed', '--idle-timeout', '5'], '60 to 86400'],
    [['timed', '--max-price', 'much'], 'US dollars'],
    [['timed', '--tag', 'a b'], 'tag'],
    [['timed', '--health-check-url', 'ftp://x'], '--health-check-url'],
    [['rollback'], 'SERVER_001'],
    [['stop', 'timed'], 'SERVER_001'],
    [['stop', '../x'], 'must be an id'],
  ] as const) {
    const { status, stdout, stderr } = await deploy(...words);
    expect([words, status, stdout]).toEqual([words, 2, '']);
    expect([words, stderr]).toEqual([words, expect.stringContaining(says)]);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(stderr).not.toMatch(/Bad configuration|SYSTEM_003/);
  }
  expect([...made('pods'), ...made('serverless')]).toEqual([]);
}, 120_000);

it('the prices are listed, with where and when they were read', async () => {
  const { status, stdout } = await deploy('list-gpus', '--type', 'timed', '--gpu-type', 'H200');
  expect(status).toBe(0);
  expect(stdout).toMatch(/^timed, an hour while it runs \(simulated catalog, \d{4}-[\d-]+T[\d:.]+Z\):\n/);
  expect(stdout).toMatch(/H200 +1 × 141 GB +\$3\.99/);
  expect(await deploy('validate', 'timed', '--max-price', '0.1')).toMatchObject({
    status: 1,
    stdout: expect.stringMatching(/^ok +provider[\s\S]*failed +timed +SERVER_004/),
  });
  expect(await deploy('validate', 'both')).toMatchObject({ status: 0 });
});

it('a server is deployed, looked at, replaced and ended', async () => {
  const options = ['--gpu-type', 'H200,H100', '--tag', '2.0.0', '--environment', 'production', '--idle-timeout', '900'];
  const dry = await deploy('timed', ...options, '--dry-run');
  expect(dry).toMatchObject({ status: 0, stdout: expect.stringContaining('$3.99 an hour while it runs') });
  expect(made('pods')).toEqual([]);
  const first = await deploy('timed', ...options, '--json');
  expect(first.status).toBe(0);
  const [report] = JSON.parse(first.stdout).deployments;
  expect(report).toMatchObject({
    outcome: 'deployed',
    server: { state: 'running', config: { idle_timeout_seconds: 900 } },
  });
  expect(made('pods')).toMatchObject([{ image: 'ghcr.io/acme/mug:2.0.0', env: { NODE_ENV: 'production' } }]);

  const twice = await deploy('timed');
  expect(twice).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining('SERVER_002') });
  const status = await deploy('status');
  expect(status.stdout).toContain(`${report.server.id} timed: running, 1 × H200 SXM; $3.99 an hour now`);
  expect(await deploy('logs', 'timed', '--lines', '1')).toMatchObject({
    stdout: expect.stringMatching(/^\S+Z system .+\n$/),
  });
  const look = await deploy('monitor', '--count', '1', '--json');
  expect(JSON.parse(look.stdout)).toMatchObject({ servers: [{ type: 'timed' }], cost: { usd_by_type: {} } });

  const again = await deploy('timed', '--strategy', 'recreate', '--gpu-type', 'H100');
  expect(again.status).toBe(0);
  expect(again.stdout).toContain(`deployed (recreate, replaces ${report.server.id})`);
  expect(again.stderr).toMatch(/\$2\.99 an hour[\s\S]*The new server is being made/);
  const list = JSON.parse((await deploy('status', '--json')).stdout);
  expect(list.servers).toMatchObject([{ gpu: { name: 'H100 SXM' } }]);
  expect(await deploy('stop', 'timed')).toMatchObject({ status: 0, stdout: expect.stringContaining(': stopped') });
  expect(await deploy('terminate', list.servers[0].id)).toMatchObject({ status: 0 });
  expect(JSON.parse((await deploy('status', '--json')).stdout).servers).toEqual([]);
}, 180_000);

it('both are deployed one after the other; what is refused ends it', async () => {
  const gone = await deploy('both', '--gpu-type', 'Voodoo', '--no-wait', '--json');
  expect(gone.status).toBeGreaterThan(0);
  expect(JSON.parse(gone.stdout).deployments).toMatchObject([
    { type: 'serverless', error: { code: expect.any(String) } },
  ]);
  const both = await deploy('--mode', 'both', '--no-wait', '--min-workers', '1', '--max-workers', '2', '--queue');
  expect(both.status).toBe(0);
  expect(both.stdout.match(/: accepted/g)).toHaveLength(2);
  expect(made('serverless')).toMatchObject([{ type: 'QUEUE', workers: { min: 1, max: 2 } }]);
}, 60_000);

describe('what a command says of what is', () => {
  let one: FakeRunpod;
  let own: Record<string, string>;
  const ask = (words: string[], more: Record<string, string> = {}) =>
    runProgram(['deploy', ...words], { env: { ...own, ...more } });
  beforeEach(async () => {
    one = await startFakeRunpod({ time: realTime(100), rates: null });
    const image = 'ghcr.io/acme/mug:1.0.0';
    own = { ...one.env, H200_DATA_DIR: mkdtempSync(join(folder, 'own-')), H200_SERVER_IMAGE: image, LOG_LEVEL: '' };
  });
  afterEach(() => one.close());

  it('the price block before a creation is no dry run, and nobody watches the server', async () => {
    const { status, stdout, stderr } = await ask(['timed', '--yes']);
    expect(status).toBe(0);
    expect(stderr).toMatch(/^timed: to be created\n[\s\S]*\$3\.99[\s\S]*It is created now\./);
    expect(stderr).not.toMatch(/dry run|^\{/m);
    expect(stdout).toMatch(/^timed: deployed\n[\s\S]*nobody watches/);
    expect(stdout).not.toContain('is stopped at');

    const kept = await ask(['protect', 'timed']);
    expect(kept).toMatchObject({ status: 0, stdout: expect.stringContaining('; protected') });
    const refused = await ask(['stop', 'timed']);
    expect(refused).toMatchObject({ status: 2, stderr: expect.stringContaining('h200-mug deploy unprotect') });
    const freed = await ask(['unprotect', 'timed', '--json']);
    expect(JSON.parse(freed.stdout)).toMatchObject({ type: 'timed', protected: false });
  });

  it('no image, and no GPU that is free', async () => {
    const none = { H200_SERVER_IMAGE: '' };
    const says = expect.stringMatching(/No container image[\s\S]*--image[\s\S]*H200_SERVER_IMAGE/);
    expect(await ask(['validate', 'timed'], none)).toMatchObject({ status: 1, stdout: says });
    expect(await ask(['timed', '--dry-run'], none)).toMatchObject({ status: 0, stdout: says });
    expect(await ask(['timed', '--yes'], none)).toMatchObject({ status: 2, stderr: says, stdout: '' });
    one.account.gpu('NVIDIA H200').free = 0;
    const rare = await ask(['validate', 'timed', '--gpu-type', 'NVIDIA H200']);
    expect(rare).toMatchObject({ status: 1, stdout: expect.stringContaining('None of H200 SXM is free now') });
    const next = await ask(['validate', 'timed', '--gpu-type', 'NVIDIA H200,H100']);
    expect(next).toMatchObject({ status: 0, stdout: expect.stringMatching(/None of H200 SXM.* would be tried next/) });
  });

  it('a wrong key is a refusal with advice, in words, also where the right one has looked just now', async () => {
    expect((await ask(['status'])).stdout).not.toContain('refuses');
    const wrong = { RUNPOD_API_KEY: 'rpa_wrong0123456789' };
    const validate = await ask(['validate', 'timed'], wrong);
    expect(validate).toMatchObject({ status: 1, stderr: '' });
    expect(validate.stdout).toMatch(/^failed +provider .*refused.*Correct RUNPOD_API_KEY/);
    const { stdout, stderr } = await ask(['status'], wrong);
    expect([stdout, stderr]).toEqual([expect.stringContaining('Correct RUNPOD_API_KEY'), '']);
    expect(stdout).not.toContain('unreachable');
  });

  it('Ctrl-C during a creation names what ends it', async () => {
    const slow = await startFakeRunpod({ rates: null });
    try {
      const child = start(['deploy', 'timed', '--yes'], { env: { ...own, ...slow.env } });
      let stdout = '';
      child.stdout?.on('data', (chunk: Buffer) => {
        stdout += chunk.toString();
      });
      await waitForLine(child, /creating the server/);
      await vi.waitFor(
        () => expect(slow.calls.some(({ method, status }) => method === 'POST' && status)).toBe(true),
        9000,
      );
      child.kill('SIGINT');
      await once(child, 'close');
      expect(stdout).toMatch(/"h200-mug deploy terminate srv_\S+ --force" ends it/);
    } finally {
      await slow.close();
    }
  });
});

it('says where analyses go, and sends them elsewhere', async () => {
  expect((await deploy('route')).stdout).toMatch(
    /^Analyses go to: here 100 % \(0 sent, 0 failed\); counted over 5 minutes\.\n$/,
  );
  expect((await deploy('status')).stdout).toContain('Analyses go to: here 100 %');
  expect(JSON.parse((await deploy('route', 'here=100', '--json')).stdout)).toMatchObject({ revision: 1 });
  for (const words of [['here=50'], ['here=50', 'here=50'], ['there=100'], ['srv_nobody=100']]) {
    const { status, stderr } = await deploy('route', ...words);
    expect([words, status]).toEqual([words, 2]);
    expect(stderr).toMatch(/sum to 100|twice|must look like|SERVER_001/);
  }
});
