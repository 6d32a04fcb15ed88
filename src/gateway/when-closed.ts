import type { ServerResponse } from 'node:http';

const waiting = Symbol('what runs when an answer is over');
type Watched = ServerResponse & { [waiting]?: (() => void)[] };

/**
 * Once, when the answer is over or its client has gone; at once for one that went before. Every answer is waited for by several
 * parts of the server: they share one listener.
 */
export function whenClosed(raw: ServerResponse, run: () => void): void {
  if (raw.destroyed) {
    run();
    return;
  }
  const watched = raw as Watched;
  if (watched[waiting]) {
    watched[waiting].push(run);
    return;
  }
  const all = [run];
  watched[waiting] = all;
  raw.once('close', () => {
    for (const one of all) one();
  });
}
