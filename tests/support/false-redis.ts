import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';

/** What it sends for a command: null, as a Redis without entries would; undefined: nothing, or what was written meanwhile. */
export type Answer = (command: string, socket: Socket) => string | null | undefined;

const HONEST: Readonly<Record<string, string>> = {
  info: '$21\r\nredis_version:7.0.0\r\n\r\n',
  exists: ':0\r\n',
  getrange: '$0\r\n\r\n',
  srandmember: '*0\r\n',
  spop: '*0\r\n',
  unlink: ':0\r\n',
  sadd: ':1\r\n',
  pexpire: ':1\r\n',
  scan: '*2\r\n$1\r\n0\r\n*0\r\n',
};

/** A server that a client takes for Redis, and that says what it likes. */
export async function falseRedis() {
  let answer: Answer = () => null;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    let held = '';
    socket.on('data', (data) => {
      held += data.toString('latin1');
      for (;;) {
        const words = taken(held);
        if (words === null) return;
        held = held.slice(words.length);
        const command = words.all[0]!.toLowerCase();
        const said = answer(command, socket);
        if (said !== undefined) socket.write(said ?? HONEST[command] ?? '+OK\r\n', 'latin1');
      }
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as { port: number }).port,
    says(next: Answer) {
      answer = next;
    },
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/** The first whole command. */
function taken(text: string): { all: string[]; length: number } | null {
  const head = /^\*(\d+)\r\n/.exec(text);
  if (!head) return null;
  let at = head[0].length;
  const all: string[] = [];
  for (let n = 0; n < Number(head[1]); n += 1) {
    const size = /^\$(\d+)\r\n/.exec(text.slice(at, at + 20));
    if (!size) return null;
    const from = at + size[0].length;
    at = from + Number(size[1]) + 2;
    if (text.length < at) return null;
    all.push(text.slice(from, at - 2));
  }
  return { all, length: at };
}
