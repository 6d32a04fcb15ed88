import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly at: number;
}

/** Answers one call; undefined: 200. `hang`: never. */
export type Behaviour = (call: Received, count: number) => Reply | undefined;
export type Reply =
  | 'hang'
  | 'reset'
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string };

/** A webhook of somebody else's, which can be stopped and started again on its port. */
export class Receiver {
  readonly calls: Received[] = [];
  behaviour: Behaviour = () => undefined;
  private server: Server | null = null;
  private port = 0;

  async start(): Promise<this> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const call = {
          headers: request.headers,
          body: Buffer.concat(chunks).toString(),
          at: performance.now(),
        };
        this.calls.push(call);
        this.answer(response, this.behaviour(call, this.calls.length) ?? { status: 200 });
      });
    });
    this.server = server;
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
    this.port = (server.address() as AddressInfo).port;
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/hook/very-secret-path`;
  }

  /** Ids of the events in the order in which they came for the first time, of calls that were answered with success. */
  get events(): { event_id: string; event_type: string; data: Record<string, unknown> }[] {
    return this.calls.flatMap(({ body }) => {
      const read = JSON.parse(body);
      return read.batch ? read.events : [read];
    });
  }

  async stop(): Promise<void> {
    const { server } = this;
    this.server = null;
    server?.closeAllConnections();
    await new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()));
  }

  private answer(response: ServerResponse, reply: Reply): void {
    if (reply === 'hang') return;
    if (reply === 'reset') {
      response.socket?.destroy();
      return;
    }
    response.writeHead(reply.status, reply.headers).end(reply.body ?? '');
  }
}

/** Resolves when it holds; fails the test after `ms`. */
export async function until(holds: () => boolean | Promise<boolean>, ms = 8000): Promise<void> {
  const late = performance.now() + ms;
  while (!(await holds())) {
    if (performance.now() > late) throw new Error('it did not come to hold in time');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
