import { Console } from 'node:console';
import { Writable } from 'node:stream';
import { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio';
import type { Services } from '../services.ts';
import { MAX_MESSAGE_BYTES } from './limits.ts';
import { createMcpServer } from './server.ts';

export interface StdioDoor {
  /** Resolves when the client has gone or `close` was called. */
  readonly closed: Promise<void>;
  close(): Promise<void>;
}

/** Serves MCP on stdin and stdout. From here on nothing else reaches stdout: all other writes go to stderr. */
export function serveMcpStdio(services: Services): StdioDoor {
  const transport = new StdioServerTransport(process.stdin, takeStdout(), { maxBufferSize: MAX_MESSAGE_BYTES });
  const closed = new Promise<void>((resolve) => {
    const close = transport.close.bind(transport);
    transport.close = async () => {
      await close();
      resolve();
    };
  });
  let warmed = false;
  const handle = serveStdio(
    ({ era }) => {
      // The first answer goes out before the model starts to load.
      if (!warmed) setTimeout(() => services.warm(), 0).unref();
      warmed = true;
      return createMcpServer(services, { era, door: 'stdio' });
    },
    { transport, onerror: (error) => services.log.warn({ err: error }, 'stdio') },
  );
  return { closed, close: () => handle.close() };
}

/** Keeps the real stdout for JSON-RPC alone; libraries that print land on stderr. */
function takeStdout(): Writable {
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = process.stderr.write.bind(process.stderr) as typeof process.stdout.write;
  globalThis.console = new Console(process.stderr, process.stderr);
  const out = new Writable({
    decodeStrings: false,
    write: (chunk, encoding, done) => void write(chunk, encoding, done),
  });
  // A reader that goes away shows as an error of the real stream.
  process.stdout.on('error', (error) => out.destroy(error));
  return out;
}
