import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { residentMb } from './process-tree.ts';
import type { Tally } from './set.ts';

export const PROGRAM = fileURLToPath(new URL('../../bin/h200-mug.js', import.meta.url));
const SAMPLE_MS = 100;
/** Documented: 2 s; and what a busy machine needs to start the clean-up and to see the end of a process. */
const STOP_MS = 3500;

export interface ProductOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Modules that are loaded into the product first: a stage around it, never a change of its code. */
  readonly stage?: readonly string[];
  /** Of an earlier product, to see what is left in it. */
  readonly folder?: string;
}

/** The built program as a child process with a data folder of its own, watched for what it says and how much it holds. */
export class Product {
  readonly folder: string;
  readonly child: ChildProcess;
  readonly log: string[] = [];
  readonly #tally: Tally;
  readonly #ended: Promise<number | null>;
  readonly #sampling: NodeJS.Timeout;
  readonly #keepFolder: boolean;
  /** Set where its end is what the case wants. */
  mayEnd = false;

  constructor(tally: Tally, args: readonly string[], options: ProductOptions = {}) {
    this.#tally = tally;
    this.#keepFolder = options.folder !== undefined;
    this.folder = options.folder ?? mkdtempSync(join(tmpdir(), 'h200-attack-'));
    mkdirSync(this.photos, { recursive: true });
    const stage = (options.stage ?? []).flatMap((module) => ['--import', module]);
    this.child = spawn(process.execPath, [...stage, PROGRAM, ...args], {
      stdio: ['pipe', 'pipe', 'pipe', ...(stage.length > 0 ? ['ipc' as const] : [])],
      cwd: this.folder,
      env: {
        ...bare(),
        XDG_CACHE_HOME: join(tmpdir(), 'h200-attack-cache'),
        H200_DATA_DIR: join(this.folder, 'data'),
        H200_MODELS_DIR: join(this.folder, 'no-models'),
        H200_MODEL: 'desk-detector',
        H200_ALLOWED_ROOTS: this.photos,
        LOG_LEVEL: 'warn',
        // Only set S14 asks what is too often.
        H200_RATE_LIMIT: '0',
        ...options.env,
      },
    });
    createInterface({ input: this.child.stderr! }).on('line', (line) => {
      if (this.log.push(line) > 20_000) this.log.splice(0, 10_000);
    });
    this.#ended = once(this.child, 'exit').then(([status, signal]) => {
      clearInterval(this.#sampling);
      if (!this.mayEnd) tally.fail('the process', `ended with ${status ?? signal}: ${this.log.slice(-3).join(' / ')}`);
      return status as number | null;
    });
    this.#sampling = setInterval(() => this.sample(), SAMPLE_MS);
  }

  get photos(): string {
    return join(this.folder, 'photos');
  }
  get pid(): number {
    return this.child.pid as number;
  }
  get alive(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }
  /** Status of its end; null where a signal ended it. */
  get ended(): Promise<number | null> {
    return this.#ended;
  }

  sample(): void {
    if (this.alive) this.#tally.memory('memory', residentMb(this.pid));
  }

  /** The first line of its log that matches. */
  async saying(pattern: RegExp, withinMs = 30_000): Promise<RegExpMatchArray> {
    const until = performance.now() + withinMs;
    while (performance.now() < until) {
      for (const line of this.log) {
        const match = line.match(pattern);
        if (match) return match;
      }
      if (!this.alive) break;
      await new Promise((done) => setTimeout(done, 20));
    }
    throw new Error(`no ${pattern} in: ${this.log.slice(-5).join(' / ')}`);
  }

  /** Ends it as an operator does; what lasts longer than documented is a failure. */
  async stop(): Promise<void> {
    if (this.alive) {
      this.sample();
      this.mayEnd = true;
      const begun = performance.now();
      this.child.kill('SIGTERM');
      const late = setTimeout(() => {
        this.#tally.fail('SIGTERM', 'the process did not end within 5 s');
        this.child.kill('SIGKILL');
      }, 5000);
      await this.#ended;
      clearTimeout(late);
      const took = performance.now() - begun;
      if (took > STOP_MS) this.#tally.fail('SIGTERM', `the process ended after ${Math.round(took)} ms, not ${STOP_MS}`);
    }
    if (!this.#keepFolder) rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }

  /** Ends it at once; its folder stays. */
  async kill(): Promise<void> {
    this.mayEnd = true;
    this.child.kill('SIGKILL');
    await this.#ended;
  }
}

/** What a process needs to start; nothing of the developer's own settings reaches the product. */
function bare(): NodeJS.ProcessEnv {
  const kept = ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'SystemRoot', 'APPDATA', 'LOCALAPPDATA', 'USERPROFILE'];
  return Object.fromEntries(kept.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}
