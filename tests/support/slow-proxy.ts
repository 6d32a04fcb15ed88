import { once } from 'node:events';
import { createConnection, createServer, type Socket } from 'node:net';

/** Passes on to a server of this machine, whose answers come so much later. */
export async function slowProxy(to: number) {
  let delayMs = 0;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const target = createConnection(to, '127.0.0.1');
    for (const socket of [client, target]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    }
    client.pipe(target);
    target.on('data', (data) => setTimeout(() => client.write(data), delayMs));
    target.on('close', () => client.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as { port: number }).port,
    delay(ms: number) {
      delayMs = ms;
    },
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
