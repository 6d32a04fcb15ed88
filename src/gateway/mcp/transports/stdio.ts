import { Console } from 'node:console';
import { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { serveStdio as serve } from '@modelcontextprotocol/server/stdio';
import { LOCAL } from '../../../contract/principal.ts';
import type { Services } from '../../../services.ts';
import { surviveStderr } from '../../../telemetry/stderr.ts';
import { RunningRequests } from '../protocol/running-requests.ts';
import { createMcpServer } from '../protocol/server.ts';
import { tooMany } from '../protocol/subscriptions.ts';
import type { McpSurface } from '../protocol/surface.ts';
import { jsonRpcError } from './json-rpc.ts';
import { FLUSH_MS, MAX_LISTENERS, STDIO_SETTLE_MS } from './limits.ts';
import { StdioTransport } from './stdio-transport.ts';
import { stopSignal } from './stop-signal.ts';

/**
 * Serves MCP on stdin and stdout until the client has gone or the process is asked to stop. From here on nothing but
 * JSON-RPC reaches stdout: all other writes go to stderr. `answered`: the first request, whose answer the client has.
 */
export async function serveStdio(
  services: Services,
  surface: McpSurface,
  answered: string | number | null = null,
): Promise<void> {
  const out = takeStdout();
  const running = new RunningRequests(surface.callLimitMs);
  const settle = () => running.settle(STDIO_SETTLE_MS);
  const transport = new StdioTransport(process.stdin, out, settle);
  let warmed = false;
  const gone = new Promise<void>((resolve) => {
    const close = transport.close.bind(transport);
    transport.close = () => close().then(resolve);
  });
  typeRefusedListeners(transport);
  if (answered !== null) leaveOut(transport, answered);
  const handle = serve(
    ({ era }) => {
      // The first answer goes out before the model starts to load.
      if (!warmed) setTimeout(() => services.warm(), 0).unref();
      warmed = true;
      return createMcpServer(services, surface, { era, transport: 'stdio', principal: LOCAL, running });
    },
    { transport, maxSubscriptions: MAX_LISTENERS, onerror: (error) => services.log.warn({ err: error }, 'stdio') },
  );
  const signal = stopSignal();
  void signal.stopped.then(settle).then(() => handle.close());
  await gone;
  await flush(out);
}

/** The first answer to this request. */
function leaveOut(transport: StdioTransport, id: string | number): void {
  const send = transport.send.bind(transport);
  transport.send = (message) => {
    if ('method' in message || !('id' in message) || message.id !== id) return send(message);
    transport.send = send;
    return Promise.resolve();
  };
}

/** The SDK refuses one listener too many as an internal error. */
function typeRefusedListeners(transport: StdioTransport): void {
  const send = transport.send.bind(transport);
  transport.send = (message) => {
    if (!('error' in message) || message.error.message !== 'Subscription limit reached') return send(message);
    const { code, message: text, data } = tooMany(MAX_LISTENERS);
    return send(jsonRpcError(code, text, message.id ?? null, data));
  };
}

/** Lets answers that are under way reach a client that has said its last and still reads. */
async function flush(out: Writable): Promise<void> {
  const done = new AbortController();
  const tooLong = sleep(FLUSH_MS, undefined, { signal: done.signal });
  await Promise.race([finished(out.end()), tooLong]).catch(() => {});
  done.abort();
}

/** Keeps the real stdout for JSON-RPC alone; libraries that print land on stderr. */
function takeStdout(): Writable {
  surviveStderr();
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
