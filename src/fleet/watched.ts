import { type Holder, isGone } from '../process-holder.ts';
import type { FleetNotes } from './fleet-notes.ts';

/** Whether a process looks after the fleet now: one that did within the lease, in ms, and is not known to have ended. */
export async function isWatched(notes: FleetNotes, now: Date, leaseMs: number): Promise<boolean> {
  const { by, at } = await notes.get('watch');
  if (by === null || at === null || isGone(by)) return false;
  return now.getTime() - Date.parse(at) <= leaseMs;
}

export async function sayWatched(notes: FleetNotes, by: Holder, now: Date): Promise<void> {
  await notes.change('watch', () => ({ by, at: now.toISOString() }));
}

/** It watches no more; nothing is changed where another process does. */
export async function sayUnwatched(notes: FleetNotes, { holder }: Holder): Promise<void> {
  if ((await notes.get('watch')).by?.holder !== holder) return;
  await notes.change('watch', (before) => (before.by?.holder === holder ? { by: null, at: null } : before));
}
