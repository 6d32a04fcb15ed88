import { createHash } from 'node:crypto';
import type { WatchEventKind } from '../../contract/watch.ts';

/** The same change has the same id in every process that computes it, so that a store keeps it once. */
export function eventId(camera: string, kind: WatchEventKind, what: readonly (string | null)[], since: string): string {
  const text = JSON.stringify([camera, kind, ...what, since]);
  return `wev_${createHash('sha256').update(text).digest('hex').slice(0, 24)}`;
}
