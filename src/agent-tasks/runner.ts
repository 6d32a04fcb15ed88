import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import * as z from 'zod';

/** Who works on a task, and until when at most. */
export const Runner = z.strictObject({ id: z.string(), host: z.string(), pid: z.int(), until: z.string() });
export type Runner = z.infer<typeof Runner>;

/** Longer than any task takes: whoever still holds it then was killed, ms. */
const LEASE_MS = 15 * 60_000;

/** Tells whether who worked on something still may. On this machine that is seen at once, on another after the lease. */
export class Runners {
  private readonly id = randomUUID();
  private readonly host = hostname();

  me(now: Date): Runner {
    const until = new Date(now.getTime() + LEASE_MS).toISOString();
    return { id: this.id, host: this.host, pid: process.pid, until };
  }

  hasGone({ id, host, pid, until }: Runner, now: Date): boolean {
    if (until < now.toISOString()) return true;
    if (id === this.id || host !== this.host) return false;
    return pid === process.pid || !isRunning(pid);
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
