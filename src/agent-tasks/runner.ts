import * as z from 'zod';
import { Holder, holderHere, isGone, letGo } from '../process-holder.ts';

/** Who works on a task, and until when at most. */
export const Runner = Holder.extend({ until: z.string() });
export type Runner = z.infer<typeof Runner>;

/** Longer than any task takes: whoever still holds it then was killed, ms. */
const LEASE_MS = 15 * 60_000;

/** Tells whether who worked on something still may. On this machine that is seen at once, on another after the lease. */
export class Runners {
  private readonly here = holderHere();

  me(now: Date): Runner {
    return { ...this.here, until: new Date(now.getTime() + LEASE_MS).toISOString() };
  }

  hasGone(runner: Runner, now: Date): boolean {
    return runner.until < now.toISOString() || isGone(runner);
  }

  close(): void {
    letGo(this.here);
  }
}
