import { Counter, Gauge } from 'prom-client';
import type { Metrics } from '../../telemetry/metrics.ts';

/** Of a server that makes backups by itself; others do not emit them. */
export class BackupMetrics {
  readonly failures: Counter;
  private readonly lastSuccess: Gauge;
  private readonly duration: Gauge;

  constructor({ registry }: Pick<Metrics, 'registry'>, everyMs: number) {
    const registers = [registry];
    this.failures = new Counter({ name: 'h200_backup_failures_total', help: 'Backups that failed', registers });
    this.lastSuccess = new Gauge({
      name: 'h200_backup_last_success_timestamp',
      help: 'Unix time of the newest backup where they are kept; 0: there is none',
      registers,
    });
    this.duration = new Gauge({
      name: 'h200_backup_duration_seconds',
      help: 'What the last backup of this server took; 0: it has made none',
      registers,
    });
    const interval = new Gauge({
      name: 'h200_backup_interval_seconds',
      help: 'How often a backup is to be made',
      registers,
    });
    interval.set(everyMs / 1000);
  }

  succeeded(at: Date, seconds?: number): void {
    this.lastSuccess.set(at.getTime() / 1000);
    if (seconds !== undefined) this.duration.set(seconds);
  }
}
