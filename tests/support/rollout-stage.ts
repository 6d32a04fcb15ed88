import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import type { Deployment } from '../../src/contract/deployment.ts';
import type { RoutingReport } from '../../src/contract/routing.ts';
import type { ServerInfo } from '../../src/contract/server.ts';
import { startFakeRunpod } from '../fakes/runpod/fake-runpod.ts';
import { runPrograms } from '../fakes/runpod/run-programs.ts';
import { freePort } from '../services/ports.ts';
import { start, waitForLine } from './program.ts';

/** Small, so that a busy machine answers it soon. */
const PHOTO = await sharp(fileURLToPath(new URL('../../examples/mug-too-close.jpg', import.meta.url)))
  .resize(480)
  .toBuffer();

/** `serve` as it was built, a RunPod of this machine, and in its pods `serve` as it was built. */
export async function openStage(env: Readonly<Record<string, string>> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'h200-rollout-'));
  const fake = await startFakeRunpod({ rates: null, times: { provisionMs: 10, startMs: 10 } });
  const endPrograms = runPrograms(fake);
  const port = await freePort();
  const base = `http://127.0.0.1:${port}/api/v1`;
  const gateway = start(['serve', '--port', `${port}`], {
    env: {
      ...fake.env,
      H200_DATA_DIR: join(folder, 'data'),
      H200_SERVER_IMAGE: 'ghcr.io/acme/mug:1.0.0',
      H200_SERVER_TOKEN: 'secret-of-the-gateway',
      H200_SERVER_WAIT_MS: '60000',
      H200_TIMEOUT_MS: '100000',
      H200_RATE_LIMIT: '10000',
      ...env,
    },
  });
  gateway.stdout?.resume();

  async function ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await fetch(`${base}${path}`, {
      method,
      ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return (text === '' ? null : JSON.parse(text)) as T;
  }

  let sent = 0;
  const stage = {
    ...{ fake, base, ask },
    /** What was found, and the warnings that name a server. */
    async analyse() {
      sent += 1;
      const form = new FormData();
      form.set('image', new Blob([anotherPhoto(`photo ${sent}`)], { type: 'image/jpeg' }), 'desk.jpg');
      const answer = await fetch(`${base}/analyze/with-feedback`, { method: 'POST', body: form });
      const text = await answer.text();
      if (!answer.ok) return { failed: `${answer.status} ${text}` };
      const { objects, feedback, warnings } = JSON.parse(text);
      const warned: string[] = warnings.filter((one: string) => one.includes('srv_'));
      return { failed: null, found: { objects, feedback }, warned };
    },
    async analyseSome(count: number) {
      const answers = [];
      for (let at = 0; at < count; at += 1) answers.push(await stage.analyse());
      return answers;
    },
    deployment: (id: string) => ask<Deployment>('GET', `/deployments/${id}`),
    servers: () => ask<ServerInfo[]>('GET', '/servers'),
    async weights() {
      const { backends } = await ask<RoutingReport>('GET', '/servers/routing');
      return Object.fromEntries(backends.map(({ id, weight }) => [id, weight]));
    },
    async trafficOf(id: string) {
      const { backends } = await ask<RoutingReport>('GET', '/servers/routing');
      const { requests = 0, errors = 0 } = backends.find((one) => one.id === id) ?? {};
      return { requests, errors };
    },
    async close() {
      if (gateway.exitCode === null) {
        const ended = once(gateway, 'exit');
        gateway.kill('SIGTERM');
        await ended;
      }
      await endPrograms();
      await fake.close();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  try {
    await waitForLine(gateway, /listens on/);
  } catch (thrown) {
    await stage.close();
    throw thrown;
  }
  return stage;
}
export type Stage = Awaited<ReturnType<typeof openStage>>;
export type Answered = Awaited<ReturnType<Stage['analyse']>>;

/** The same desk in another file: a comment after the first marker. */
export function anotherPhoto(name: string): Uint8Array<ArrayBuffer> {
  const comment = Buffer.from(name);
  const head = Buffer.from([0xff, 0xfe, 0, comment.length + 2]);
  return new Uint8Array(Buffer.concat([PHOTO.subarray(0, 2), head, comment, PHOTO.subarray(2)]));
}
