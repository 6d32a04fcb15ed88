import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../services/ports.ts';
import { PROGRAM } from '../../support/program.ts';
import type { FakeRunpod } from './fake-runpod.ts';

const LOOK_MS = 100;
const AGAIN_MS = 1000;

/** What a container would run. */
interface Container {
  /** Of `containers.targets`; null: it takes jobs. */
  readonly target: string | null;
  readonly env: Readonly<Record<string, string>>;
  args(port: number): readonly string[];
}

/** Each container of the fake as a process of the built program. The answer ends them all. */
export function runPrograms(
  fake: FakeRunpod,
  { say = () => {} }: { say?: (line: string) => void } = {},
): () => Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'h200-containers-'));
  const running = new Map<string, Promise<ChildProcess>>();
  const dying = new Set<Promise<unknown>>();

  async function begin(id: string, { target, env, args }: Container): Promise<ChildProcess> {
    const port = await freePort();
    const { PATH = '' } = process.env;
    const own = { PATH, TMPDIR: folder, PORT: `${port}`, LOG_LEVEL: 'warn' };
    const program = spawn(process.execPath, [PROGRAM, ...args(port)], {
      env: { ...own, ...env, H200_DATA_DIR: join(folder, id.replace('/', '-')) },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    program.stderr?.on('data', (chunk: Buffer) => say(`${id}: ${chunk.toString().trimEnd()}`));
    program.once('exit', (code) => {
      say(`${id} ended${code === null ? '' : ` (${code})`}.`);
      // A container whose program ends is started again.
      setTimeout(() => running.delete(id), AGAIN_MS).unref();
    });
    if (target !== null) fake.containers.targets.set(target, `http://127.0.0.1:${port}`);
    say(`${id} is process ${program.pid}.`);
    return program;
  }

  function end(id: string): void {
    const begun = running.get(id);
    running.delete(id);
    if (begun === undefined) return;
    const over = begun.then(async (program) => {
      if (program.exitCode !== null || program.signalCode !== null) return;
      const ended = once(program, 'exit');
      program.kill('SIGTERM');
      await ended;
    });
    dying.add(over);
    void over.finally(() => dying.delete(over));
  }

  const timer = setInterval(() => {
    const wanted = containersOf(fake);
    for (const [id, container] of wanted) if (!running.has(id)) running.set(id, begin(id, container));
    for (const id of running.keys()) if (!wanted.has(id)) end(id);
  }, LOOK_MS);

  return async () => {
    clearInterval(timer);
    for (const id of [...running.keys()]) end(id);
    await Promise.all(dying);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
}

/** All workers of an endpoint are one process. */
function containersOf(fake: FakeRunpod): Map<string, Container> {
  const { pods, endpoints, time } = fake.account;
  const found = new Map<string, Container>();
  for (const [id, pod] of pods) {
    if (pod.status(time.now()) !== 'RUNNING') continue;
    const args = (port: number) => ['serve', '--port', `${port}`, '--login'];
    found.set(id, { target: `${id}/8000`, env: { RUNPOD_POD_ID: id, ...pod.fields.env }, args });
  }
  for (const [id, { fields }] of endpoints) {
    if (fields.workers.max === 0) continue;
    const isQueue = fields.type === 'QUEUE';
    const env = isQueue ? { ...fake.workerEnv(id, `${id}-w1`), ...fields.env } : fields.env;
    const mode = isQueue ? 'queue' : 'load-balancer';
    const args = () => ['serverless', '--mode', mode, ...(isQueue ? [] : ['--host', '127.0.0.1'])];
    found.set(id, { target: isQueue ? null : id, env, args });
  }
  return found;
}
