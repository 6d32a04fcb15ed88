import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { openRunpod } from '../../../src/fleet/runpod/open-runpod.ts';
import { until } from '../../support/receiver.ts';
import { ever, spec } from './support.ts';

const program = fileURLToPath(new URL('../../fakes/runpod/main.ts', import.meta.url));

it('prints the variables that lead here, and its clock may run ahead', async () => {
  const child = spawn(process.execPath, [program, '--port', '0', '--speed', '500', '--none', 'NVIDIA B200']);
  let printed = '';
  child.stdout.on('data', (chunk) => {
    printed += chunk;
  });
  await until(() => printed.includes('RUNPOD_POD_URL_TEMPLATE'), 20_000);
  const env = Object.fromEntries(
    [...printed.matchAll(/^export (\w+)='([^']+)'$/gm)].map(([, name, value]) => [name, value]),
  );
  const runpod = openRunpod({
    key: () => env.RUNPOD_API_KEY,
    restUrl: env.RUNPOD_REST_URL,
    jobsUrl: env.RUNPOD_JOBS_URL,
    balancerUrl: env.RUNPOD_LB_URL_TEMPLATE,
    podUrl: env.RUNPOD_POD_URL_TEMPLATE,
    networkVolumeId: null,
    flashboot: true,
  });
  const made = await runpod.cloud.create(spec(), ever);
  // Its 30 seconds are 60 ms.
  await until(async () => (await runpod.cloud.get('timed', made.id, ever))?.state === 'running');
  const gpus = await runpod.cloud.catalog('timed', ever);
  expect(gpus.find(({ id }) => id === 'NVIDIA B200')?.availability).toBe('none');
  const endpoint = await runpod.cloud.create(spec({ type: 'serverless', name: 'h200-mug-srv_q' }), ever);
  const job = await runpod.jobs.runAndWait(endpoint.id, { a: 1 }, { waitMs: 100_000 }, ever);
  expect(job).toMatchObject({ state: 'completed', output: { echo: { a: 1 } } });
  await runpod.close();
  child.kill('SIGTERM');
  const [code] = await once(child, 'exit');
  expect(code).toBe(0);
});
