import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What becomes of a request and its answer. */
export type Fault =
  | { readonly kind: 'none' }
  | { readonly kind: 'slow'; readonly ms: number }
  /** In place of the answer, to requests of these methods. */
  | { readonly kind: 'answer'; readonly status: number; readonly code: string; readonly methods: readonly string[] }
  /** The answer to a GET of an object ends in the middle, or has another byte in it. */
  | { readonly kind: 'cut' | 'garbled' };

export interface FaultyProxy {
  readonly endpoint: string;
  fault: Fault;
  /** Requests that came. */
  seen: number;
  close(): void;
}

/** In front of a real server, on 127.0.0.1. */
export async function startFaultyProxy(target: string): Promise<FaultyProxy> {
  const { port } = new URL(target);
  const server = createServer((incoming, outgoing) => {
    proxy.seen += 1;
    void answer(proxy.fault, port, incoming, outgoing);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy: FaultyProxy = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    fault: { kind: 'none' },
    seen: 0,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
  return proxy;
}

async function answer(fault: Fault, port: string, incoming: IncomingMessage, outgoing: ServerResponse) {
  const { method = '', url = '', headers } = incoming;
  incoming.on('error', () => {});
  outgoing.on('error', () => {});
  if (fault.kind === 'slow') await sleep(fault.ms, undefined, { ref: false });
  if (fault.kind === 'answer' && fault.methods.includes(method)) {
    incoming.resume();
    await once(incoming, 'end').catch(() => undefined);
    outgoing.writeHead(fault.status, { 'content-type': 'application/xml' });
    outgoing.end(`<?xml version="1.0"?><Error><Code>${fault.code}</Code><Message>secret words</Message></Error>`);
    return;
  }
  const further = request({ host: '127.0.0.1', port, method, path: url, headers });
  further.on('error', () => outgoing.destroy());
  further.on('response', async (response) => {
    outgoing.writeHead(response.statusCode ?? 502, response.rawHeaders);
    if ((fault.kind !== 'cut' && fault.kind !== 'garbled') || method !== 'GET') {
      response.pipe(outgoing);
      return;
    }
    const body = Buffer.concat(await response.toArray());
    if (fault.kind === 'cut') {
      outgoing.write(body.subarray(0, body.length / 2), () => outgoing.destroy());
      return;
    }
    if (body.length > 0) body[body.length >> 1]! ^= 1;
    outgoing.end(body);
  });
  incoming.pipe(further);
}
