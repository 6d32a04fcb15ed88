import { createServer, type Server } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { listenError } from './listen.ts';

/**
 * The same server on another port: whoever connects there is one more connection of it, with all its limits. Throws ListenError.
 * Returns what ends it.
 */
export async function listenAlso(app: FastifyInstance, host: string, port: number): Promise<() => Promise<void>> {
  const door: Server = createServer((socket) => app.server.emit('connection', socket));
  await new Promise<void>((resolve, reject) => {
    door.once('error', (cause: NodeJS.ErrnoException) => reject(listenError(cause, host, port) ?? cause));
    door.listen({ host, port }, resolve);
  });
  door.on('error', (err) => app.log.warn({ err }, 'another port failed'));
  return () => new Promise((resolve) => door.close(() => resolve()));
}
