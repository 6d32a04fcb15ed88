import { type AppError, toAppError } from '../../errors.ts';
import type { Bus } from '../../ports/bus.ts';
import type { Log } from '../../telemetry/log.ts';
import type { BackupsSeen } from '../known-parts.ts';
import type { BackupMetrics } from './backup-metrics.ts';

export interface MadeBackup {
  readonly id: string;
  readonly created_at: string;
  readonly photos: number;
  readonly missing: number;
}

export interface ScheduleParts {
  readonly everyMs: number;
  /** When the newest one at the place was made, whoever made it; null: there is none. */
  readonly newest: (signal: AbortSignal) => Promise<Date | null>;
  readonly make: (signal: AbortSignal) => Promise<MadeBackup>;
  readonly metrics: BackupMetrics;
  readonly bus: Pick<Bus, 'emit'>;
  readonly log: Pick<Log, 'info' | 'warn' | 'error'>;
  readonly now: () => Date;
}

/** A start is not held up; a failure, or another server that makes one just now, is tried again after so long at most, ms. */
const TIMES = { firstAfterMs: 20_000, againMs: 15 * 60_000 };
/** A wrong clock must not put it off for ever, ms. */
const MOST_WAIT_MS = 6 * 3_600_000;

/** Makes backups as long as a server runs. Of several servers with one place the first makes each. */
export function startSchedule(parts: ScheduleParts, { firstAfterMs, againMs } = TIMES) {
  const { everyMs, metrics, log, now } = parts;
  const stop = new AbortController();
  const again = Math.min(againMs, Math.ceil(everyMs / 4));
  let problem: string | null = null;
  let last: Date | null = null;
  let timer: NodeJS.Timeout;
  let running = Promise.resolve();
  const plan = (afterMs: number) => {
    timer = setTimeout(
      () => {
        running = round().then((next) => {
          if (!stop.signal.aborted) plan(next);
        });
      },
      Math.min(afterMs, MOST_WAIT_MS),
    ).unref();
  };

  /** Never throws; when to look again, ms. */
  async function round(): Promise<number> {
    const begun = performance.now();
    try {
      const newest = await parts.newest(stop.signal);
      if (newest !== null) succeeded(newest);
      const age = newest === null ? Number.POSITIVE_INFINITY : now().getTime() - newest.getTime();
      if (age < everyMs && age > -everyMs) return everyMs - Math.max(age, 0);
      const made = await parts.make(stop.signal);
      succeeded(new Date(made.created_at), (performance.now() - begun) / 1000);
      log.info({ backup: made.id, photos: made.photos, missing: made.missing }, 'a backup was made');
      if (problem !== null) void tell('info', 'Backups are made again.');
      problem = null;
      return everyMs;
    } catch (thrown) {
      if (stop.signal.aborted) return again;
      failed(toAppError(thrown));
      return again;
    }
  }

  function succeeded(at: Date, seconds?: number): void {
    last = at;
    metrics.succeeded(at, seconds);
  }

  function failed(error: AppError): void {
    const { code, message, advice } = error;
    // Another server makes it, or somebody does by hand.
    if (code === 'BACKUP_001') return void log.info({ code }, 'another backup is being made; looked at again later');
    metrics.failures.inc();
    log.error({ err: error, code }, `No backup could be made: ${message} ${advice}`);
    if (problem === null) void tell('critical', `No backup could be made: ${message}`);
    problem = `${code}: no backup could be made: ${message} ${advice}`;
  }

  const tell = (severity: 'info' | 'critical', message: string) =>
    parts.bus.emit({ type: 'system_alert', part: 'backup', message, severity, owner: 'system' });

  plan(firstAfterMs);
  return {
    seen: (): BackupsSeen => ({ newest: last, problem }),
    /** Begins nothing more, and ends what runs. */
    stop(): void {
      clearTimeout(timer);
      stop.abort();
    },
    done: () => running,
  };
}
