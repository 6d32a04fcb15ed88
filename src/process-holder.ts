import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { threadId } from 'node:worker_threads';
import * as z from 'zod';

/** Who holds something that several servers may take: one server of one process of one machine. */
export const Holder = z.object({ holder: z.string(), machine: z.string(), pid: z.int() });
export type Holder = z.infer<typeof Holder>;

/** Another one at every call. It is alive until `letGo`. */
export function holderHere(given: Partial<Holder> = {}): Holder {
  const { holder = `${threadId} ${randomUUID()}`, machine = machineName(), pid = process.pid } = given;
  living.add(holder);
  return { holder, machine, pid };
}

export const letGo = ({ holder }: Holder): void => void living.delete(holder);

/** Known to hold nothing any more: a process of `machine`, which is this one unless said, that has ended. */
export function isGone(other: Holder, machine = machineName()): boolean {
  return other.machine === machine && !isAlive(other);
}

/** Those of this thread. */
const living = new Set<string>();

function isAlive({ holder, pid }: Holder): boolean {
  if (pid === process.pid) {
    // What another thread holds, that one knows.
    const isOfThisThread = holder.startsWith(`${threadId} `) || !/^\d+ /.test(holder);
    return !isOfThisThread || living.has(holder);
  }
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** Another one after every start of the machine, and in every container. */
export function machineName(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${hostname()} ${boot} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
}
