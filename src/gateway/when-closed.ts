import type { ServerResponse } from 'node:http';

/** Once, when the answer is over or its client has gone; at once for one that went before. */
export function whenClosed(raw: ServerResponse, run: () => void): void {
  if (raw.destroyed) run();
  else raw.once('close', run);
}
