import { isStoreGone } from '../../errors.ts';
import { Lease } from '../../lease.ts';
import type { Registry } from '../../ports/registry.ts';
import type { Log } from '../../telemetry/log.ts';
import type { CameraStore, KeptCamera } from '../cameras/camera-store.ts';
import type { WatchParts } from './watch-parts.ts';
import { type Looked, Superseded, Watcher } from './watcher.ts';

export interface KeeperParts {
  readonly watch: WatchParts;
  readonly store: CameraStore;
  readonly registry: Registry;
  /** Whether the owner may still have things done. */
  readonly mayWatch: (owner: string) => Promise<boolean>;
  /** Whether there is a store at all; a start that stores nothing makes none. */
  readonly exists: () => boolean;
  readonly log: Log;
  readonly times?: Partial<KeeperTimes>;
}

export interface KeeperTimes {
  /** Which cameras there are is asked this often, ms. */
  readonly everyMs: number;
  readonly leaseMs: number;
  /** Of one look. */
  readonly lookMs: number;
}

export const TIMES: KeeperTimes = { everyMs: 5000, leaseMs: 30_000, lookMs: 60_000 };

/** Watches all cameras that no other process watches. */
export class Keeper {
  private readonly parts: KeeperParts;
  private readonly times: KeeperTimes;
  private readonly running = new Map<string, Running>();
  private readonly end = new AbortController();
  private timer: NodeJS.Timeout | null = null;
  private rounds: Promise<void> = Promise.resolve();

  constructor(parts: KeeperParts) {
    this.parts = parts;
    this.times = { ...TIMES, ...parts.times };
  }

  start(): void {
    if (this.timer !== null) return;
    this.timer = setInterval(() => this.wake(), this.times.everyMs).unref();
    this.wake();
  }

  /** Looks for cameras at once. */
  wake(): void {
    if (this.timer === null || this.end.signal.aborted) return;
    this.rounds = this.rounds
      .then(() => this.round())
      .catch((err: unknown) => {
        if (!isStoreGone(err)) this.parts.log.warn({ err }, 'the cameras could not be looked up; it is tried again');
      });
  }

  isWatching(cameraId: string): boolean {
    return this.running.get(cameraId)?.holds ?? false;
  }

  async close(): Promise<void> {
    this.end.abort();
    if (this.timer !== null) clearInterval(this.timer);
    await this.rounds;
    await Promise.all([...this.running.values()].map((one) => one.close()));
  }

  private async round(): Promise<void> {
    if (this.end.signal.aborted || !this.parts.exists()) return;
    const cameras = await this.parts.store.all();
    const wanted = new Map<string, KeptCamera>();
    for (const kept of cameras) {
      if (kept.camera.enabled && (await this.parts.mayWatch(kept.owner))) wanted.set(kept.camera.camera_id, kept);
    }
    for (const [id, one] of this.running) {
      if (wanted.get(id)?.version === one.version) continue;
      this.running.delete(id);
      await one.close();
    }
    for (const [id, kept] of wanted) {
      if (this.running.has(id) || this.end.signal.aborted) continue;
      this.running.set(id, this.begin(kept));
    }
  }

  private begin(kept: KeptCamera): Running {
    const { watch, registry, log } = this.parts;
    const { camera_id: id } = kept.camera;
    return runCamera(new Watcher(watch, kept), {
      version: kept.version,
      lease: new Lease(registry, `camera ${id}`, { leaseMs: this.times.leaseMs }),
      times: this.times,
      log,
      onLooked: () => {},
    });
  }
}

export interface Running {
  readonly version: number;
  /** This process is the one that watches it. */
  readonly holds: boolean;
  /** The look that runs is ended. */
  close(): Promise<void>;
}

export interface RunOptions {
  readonly version: number;
  readonly lease: Pick<Lease, 'holds' | 'release'>;
  readonly times: KeeperTimes;
  readonly log: Log;
  readonly onLooked: (looked: Looked) => void;
}

/** Looks again and again. A look that takes longer than the interval leaves out those that were due meanwhile. */
export function runCamera(watcher: Watcher, { version, lease, times, log, onLooked }: RunOptions): Running {
  const end = new AbortController();
  let holds = false;
  const intervalMs = 1000 * watcher.camera.interval_s;

  async function look(): Promise<number> {
    // Long enough for a look, which another process must not begin meanwhile.
    holds = await lease.holds(Math.min(times.lookMs, times.leaseMs / 2));
    if (!holds) return 0;
    const looked = await watcher.look(AbortSignal.any([end.signal, AbortSignal.timeout(times.lookMs)]));
    onLooked(looked);
    return looked.pauseMs;
  }

  async function run(): Promise<void> {
    let isTroubled = false;
    for (let due = performance.now(); !end.signal.aborted; ) {
      let pauseMs = 0;
      try {
        pauseMs = await look();
        isTroubled = false;
      } catch (err) {
        if (!(err instanceof Superseded) && !end.signal.aborted && !isTroubled) {
          log.warn({ err, camera: watcher.camera.camera_id }, 'a look of a camera failed; it looks again');
        }
        isTroubled = true;
      }
      const late = Math.floor((performance.now() - due) / intervalMs);
      if (late > 0 && holds) watcher.missed += late;
      due += (late + 1) * intervalMs + pauseMs;
      await sleepUntil(due, end.signal);
    }
  }

  const running = run();
  return {
    version,
    get holds() {
      return holds;
    },
    async close() {
      end.abort();
      await running;
      await watcher.close();
      await lease.release().catch(() => undefined);
    },
  };
}

function sleepUntil(due: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, Math.max(0, due - performance.now())).unref();
    signal.addEventListener('abort', done, { once: true });
  });
}
