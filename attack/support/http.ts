import { type IncomingHttpHeaders, request } from 'node:http';
import { connect as connectTcp } from 'node:net';
import { Product, type ProductOptions } from './product.ts';
import type { Tally } from './set.ts';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface HttpOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  readonly signal?: AbortSignal;
  /** The loopback address that the request comes from: another client. */
  readonly from?: string;
}

/** The product over HTTP on loopback. */
export class HttpProduct extends Product {
  url = '';

  static async open(tally: Tally, options: ProductOptions = {}): Promise<HttpProduct> {
    const product = new HttpProduct(tally, ['serve', '--port', '0'], options);
    product.child.stdout!.on('data', (text) => tally.fail('stdout', `of serve: ${String(text).slice(0, 200)}`));
    product.url = (await product.saying(/listens on (http:\S+)/))[1] as string;
    return product;
  }

  /** One request exactly as given, on a connection of its own. */
  send(path: string, { method = 'POST', headers = {}, body, signal, from }: HttpOptions = {}): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      const wait = AbortSignal.timeout(60_000);
      const req = request(
        new URL(path, this.url),
        {
          method,
          headers,
          agent: false,
          ...(from && { localAddress: from }),
          signal: signal ? AbortSignal.any([signal, wait]) : wait,
        },
        (res) => {
          const chunks: Buffer[] = [];
          const done = () =>
            resolve({ status: res.statusCode ?? 0, headers: res.headers, body: Buffer.concat(chunks).toString() });
          res.on('data', (chunk: Buffer) => chunks.push(chunk));
          res.on('end', done);
          res.on('error', reject);
          // A stream that stays open has said all that a case wants to know with its head.
          if (method === 'GET' && String(res.headers['content-type']).startsWith('text/event-stream')) {
            done();
            req.destroy();
          }
        },
      );
      req.on('error', reject);
      req.end(body);
    });
  }

  /** Bytes as they are, over a bare socket; what comes back until the server hangs up or `withinMs` are over. */
  rawSocket(bytes: string | Buffer, withinMs = 5000): Promise<string> {
    return new Promise((resolve) => {
      const socket = connectTcp(Number(new URL(this.url).port), '127.0.0.1');
      let heard = '';
      const end = () => {
        clearTimeout(late);
        socket.destroy();
        resolve(heard);
      };
      const late = setTimeout(end, withinMs);
      socket.on('data', (chunk) => {
        heard += chunk.toString('latin1');
      });
      socket.on('close', end);
      socket.on('error', end);
      socket.write(bytes);
    });
  }
}

export const MODERN = '2026-07-28';

/** A request of the 2026 generation. */
export function modern(method: string, params: Record<string, unknown> = {}, id: unknown = 1): HttpOptions {
  const name = params.name ?? params.uri;
  const meta = { 'io.modelcontextprotocol/protocolVersion': MODERN, 'io.modelcontextprotocol/clientCapabilities': {} };
  return {
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': MODERN,
      'mcp-method': method,
      ...(typeof name === 'string' && { 'mcp-name': name }),
    },
    body: JSON.stringify({ jsonrpc: '2.0', id, method, params: { _meta: meta, ...params } }),
  };
}

/** A request of the 2025 generation; text is sent as it is. */
export function legacy(body: unknown, session?: string): HttpOptions {
  return {
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...(session !== undefined && { 'mcp-session-id': session }),
    },
    body: typeof body === 'string' || body instanceof Buffer ? body : JSON.stringify(body),
  };
}

export const INITIALIZE = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'attack', version: '1' } },
};

/** The JSON-RPC message of an answer, also where it came as an event. */
export function messageOf(body: string): unknown {
  const text = /^data: ?(\{.*)$/m.exec(body)?.[1] ?? body;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
