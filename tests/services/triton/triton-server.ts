import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A real NVIDIA Triton 2.51 with its Python backend alone; runs without a GPU. */
export const PYTRITON = ['nvidia-pytriton==0.7.0', 'onnxruntime==1.32.0'];
const VERSION = '3.11';
const SITE = join('lib', `python${VERSION}`, 'site-packages');
const START_MS = 120_000;

/** Puts Triton into `folder`, a virtual environment of the system's Python (the stub loads that one's library). */
export async function installTriton(folder: string): Promise<void> {
  const backends = join(folder, 'backends');
  if (existsSync(join(backends, 'python', 'triton_python_backend_stub'))) return;
  await run(`/usr/bin/python${VERSION}`, ['-m', 'venv', folder]);
  await run(join(folder, 'bin', 'pip'), ['install', '--quiet', '--retries', '1', '--timeout', '20', ...PYTRITON]);
  const brought = join(folder, SITE, 'pytriton', 'tritonserver');
  cpSync(join(brought, 'backends'), backends, { recursive: true });
  const stub = join(brought, 'python_backend_stubs', VERSION, 'triton_python_backend_stub');
  cpSync(stub, join(backends, 'python', 'triton_python_backend_stub'));
}

/** Lets the Python backend run what was exported for the ONNX backend; nothing else of the configuration changes. */
export function forPythonBackend(repository: string): void {
  const model = join(import.meta.dirname, 'model.py');
  for (const name of readdirSync(repository)) {
    const path = join(repository, name, 'config.pbtxt');
    const config = readFileSync(path, 'utf8')
      .replace('backend: "onnxruntime"', 'backend: "python"')
      .replace('default_model_filename: "model.onnx"\n', '');
    writeFileSync(path, config);
    cpSync(model, join(repository, name, '1', 'model.py'));
  }
}

export interface TritonServer {
  readonly process: ChildProcess;
  readonly url: string;
}

export interface TritonOptions {
  /** See installTriton. */
  readonly installed: string;
  readonly repository: string;
  readonly ports: { readonly http: number; readonly grpc: number };
}

/** A server on 127.0.0.1 that has loaded all models when this resolves. */
export async function startTriton({ installed, repository, ports }: TritonOptions): Promise<TritonServer> {
  const args = [
    ...['--model-repository', repository, '--backend-directory', join(installed, 'backends')],
    ...['--http-address', '127.0.0.1', '--http-port', `${ports.http}`],
    ...['--grpc-address', '127.0.0.1', '--grpc-port', `${ports.grpc}`, '--allow-metrics', 'false'],
  ];
  mkdirSync(repository, { recursive: true });
  const child = spawn(join(installed, SITE, 'pytriton', 'tritonserver', 'bin', 'tritonserver'), args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    // A group of its own: its backends are processes that would outlive it.
    detached: true,
    env: {
      PATH: `${join(installed, 'bin')}:/usr/bin:/bin`,
      LD_LIBRARY_PATH: join(installed, SITE, 'nvidia_pytriton.libs'),
      PYTHONPATH: join(installed, SITE),
    },
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-6000);
  });
  const url = `http://127.0.0.1:${ports.http}`;
  const until = performance.now() + START_MS;
  for (;;) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`Triton ended:\n${said}`);
    const ready = await fetch(`${url}/v2/health/ready`).catch(() => null);
    if (ready?.ok) return { process: child, url };
    if (performance.now() > until) {
      process.kill(-child.pid!, 'SIGKILL');
      throw new Error(`Triton is not ready:\n${said}`);
    }
    await sleep(100);
  }
}

/** SIGKILL, as a machine that is gone. */
export async function stopTriton({ process: child }: TritonServer): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  process.kill(-child.pid!, 'SIGKILL');
  await once(child, 'exit');
}
