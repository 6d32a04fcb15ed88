import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FakeRunpod, startFakeRunpod } from '../fakes/runpod/fake-runpod.ts';
import { realTime } from '../fakes/runpod/time.ts';
import { runProgram } from '../support/program.ts';

/** Every spelling of `deploy` that the manuals have, by the built program: as a plan without a key, as a plan with prices, and done. */
const IMAGE = 'ghcr.io/acme/mug:1.0.0';
let fake: FakeRunpod;
let folder: string;
beforeAll(async () => {
  fake = await startFakeRunpod({ time: realTime(100), rates: null });
  folder = mkdtempSync(join(tmpdir(), 'h200-spellings-'));
});
afterAll(async () => {
  await fake.close();
  rmSync(folder, { recursive: true, force: true });
});

const env = (name: string) => ({ H200_DATA_DIR: join(folder, name), H200_SERVER_IMAGE: IMAGE });
const without = (words: readonly string[]) =>
  runProgram(['deploy', ...words], { env: { ...env('none'), RUNPOD_API_KEY: '' } });
const deploy = (words: readonly string[], name = 'data') =>
  runProgram(['deploy', ...words], { env: { ...env(name), ...fake.env } });

/** The words, and what the answer of a dry run without a key says of what was understood. */
const SPELLINGS: [words: string, types: readonly string[], understood?: object][] = [
  ['both', ['serverless', 'timed']],
  ['serverless', ['serverless']],
  ['timed', ['timed']],
  ['--mode both', ['serverless', 'timed']],
  ['--mode serverless', ['serverless']],
  ['--mode timed', ['timed']],
  ['--mode=both', ['serverless', 'timed']],
  ['--mode=serverless', ['serverless']],
  ['--mode=timed', ['timed']],
  ['timed --gpu-type H100', ['timed'], { config: { gpu_type: 'H100' } }],
  ['timed --gpu-type=A100', ['timed'], { config: { gpu_type: 'A100' } }],
  ['timed --gpu-type H200,H100', ['timed'], { config: { gpu_type: 'H200' }, fallback_gpu_types: ['H100'] }],
  ['both --gpu-count 1', ['serverless', 'timed'], { config: { gpu_count: 1 } }],
  ['timed --gpu-count=2', ['timed'], { config: { gpu_count: 2 } }],
  ['both --idle-timeout 600', ['serverless', 'timed'], { config: { idle_timeout_seconds: 600 } }],
  ['timed --idle-timeout=900', ['timed'], { config: { idle_timeout_seconds: 900 } }],
  ['timed --environment production', ['timed'], { config: { env: ['NODE_ENV'] } }],
  ['timed --strategy blue-green', ['timed'], { strategy: 'blue-green' }],
  ['timed --strategy blue_green', ['timed'], { strategy: 'blue-green' }],
  ['timed --strategy=canary', ['timed'], { strategy: 'canary' }],
  ['timed --strategy rolling', ['timed'], { strategy: 'rolling' }],
  ['timed --strategy recreate', ['timed'], { strategy: 'recreate' }],
  [
    'timed --strategy canary --canary-percent 20 --canary-duration 3600',
    ['timed'],
    { strategy: 'canary', canary_percent: 20, canary_duration: 3600 },
  ],
  ['timed --strategy recreate --health-check-url /health', ['timed'], { health_check: '/health' }],
  ['serverless --min-workers 0 --max-workers 3', ['serverless'], { config: { min_instances: 0, max_instances: 3 } }],
  ['serverless --min-workers=1 --max-workers=5', ['serverless'], { config: { min_instances: 1, max_instances: 5 } }],
  ['timed --tag 2.0.0', ['timed'], { config: { image: 'ghcr.io/acme/mug:2.0.0' } }],
  ['timed --no-wait', ['timed'], { wait_for_completion: false }],
  ['timed --max-price 4', ['timed'], { max_price: 4 }],
];

it.each(SPELLINGS)(
  'deploy %s',
  async (spelling: string, types: readonly string[], understood: object = {}) => {
    const words = spelling.split(' ');
    const [plan, planned, forReal] = await Promise.all([
      without([...words, '--dry-run', '--json']),
      deploy([...words, '--dry-run', '--json'], 'plans'),
      without([...words, '--json']),
    ]);
    expect([plan.status, plan.stderr]).toEqual([0, '']);
    const { dry_run, deployments } = JSON.parse(plan.stdout);
    expect(dry_run).toBe(true);
    expect(deployments.map(({ type }: { type: string }) => type)).toEqual(types);
    for (const one of deployments) expect(one).toMatchObject({ plan: null, ...understood });

    expect([planned.status, planned.stderr]).toEqual([0, '']);
    const priced = JSON.parse(planned.stdout);
    expect(priced.deployments).toMatchObject(
      types.map((type) => ({ type, outcome: 'dry_run', plan: { price_source: 'simulated catalog' } })),
    );
    // Without a key nothing can be deployed: a plan all the same, and a failure.
    expect(forReal.status).toBe(2);
    expect(JSON.parse(forReal.stdout)).toMatchObject({ dry_run: true });
    expect(fake.calls.filter(({ method }) => method !== 'GET')).toEqual([]);
  },
  120_000,
);

describe('an operator’s walk', () => {
  const steps: readonly (readonly [words: string, status: number, says: RegExp])[] = [
    ['list-gpus', 0, /H200 +1 × 141 GB +\$3\.99/],
    ['validate both', 0, /^ok +provider/],
    [
      'both --max-workers 3 --idle-timeout 600 --environment production --yes',
      0,
      /serverless: deployed[\s\S]*timed: deployed/,
    ],
    ['status', 0, /timed: running[\s\S]*serverless: running[\s\S]*Analyses go to: here 100 %/],
    ['monitor --count 1', 0, /timed: running/],
    ['logs timed --lines 1', 0, /Z system /],
    ['cost', 0, /now (an unknown amount|\$[\d.]+) an hour/],
    ['timed --strategy=recreate --gpu-type=H100 --yes', 0, /timed: deployed \(recreate, replaces srv_/],
    ['rollback', 2, /it cannot be rolled back any more/],
    ['scale serverless --max-workers 2', 0, /serverless: running/],
    ['restart timed', 0, /The server was restarted/],
    ['protect timed', 0, /protected/],
    ['stop timed', 2, /protected/],
    ['unprotect timed', 0, /timed: running/],
    ['stop timed', 0, /The server was stopped/],
    ['start timed', 0, /The server was started/],
    ['terminate timed', 0, /The server was terminated/],
    ['terminate serverless', 0, /The server was terminated/],
    ['status', 0, /There are no GPU servers/],
  ];
  it('from prices to the end of everything', async () => {
    for (const [words, status, says] of steps) {
      const done = await deploy(words.split(' '));
      expect([words, done.status, done.stdout + done.stderr]).toEqual([words, status, expect.stringMatching(says)]);
    }
    expect([...fake.account.pods, ...fake.account.endpoints]).toEqual([]);
  }, 300_000);
});
