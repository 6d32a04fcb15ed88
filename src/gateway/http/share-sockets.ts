import type { Server } from 'node:http';
import { FairShare } from '../../fair-share.ts';
import { clientAt } from './client-of.ts';

/**
 * One address may not hold all sockets of the server; those of a trusted proxy belong to many. More are closed unheard, as are
 * those above the limit for all.
 */
export function shareSockets(server: Server, most: number, isProxy: (address: string) => boolean): void {
  server.maxConnections = most;
  const shares = new FairShare(most);
  server.on('connection', (socket) => {
    const address = socket.remoteAddress ?? '';
    if (isProxy(address)) return;
    const giveBack = shares.take(clientAt(address) ?? 'unknown');
    if (giveBack === null) socket.destroy();
    else socket.once('close', giveBack);
  });
}
