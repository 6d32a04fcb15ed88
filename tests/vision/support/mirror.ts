import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Mirror {
  readonly url: string;
  /** `Range` header of every request, in order; null without. */
  readonly ranges: (string | null)[];
  close(): Promise<void>;
}

/** A real HTTP server on loopback for download tests. */
export async function mirror(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<Mirror> {
  const ranges: (string | null)[] = [];
  const server = createServer((request, response) => {
    ranges.push(request.headers.range ?? null);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
  return { url: `http://127.0.0.1:${port}`, ranges, close };
}

/** Serves `file` and honours byte ranges. */
export function serve(file: Buffer) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    const from = /^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1];
    if (from === undefined) return void response.writeHead(200, { 'content-length': file.length }).end(file);
    const start = Number(from);
    if (start >= file.length) return void response.writeHead(416).end();
    response
      .writeHead(206, {
        'content-length': file.length - start,
        'content-range': `bytes ${start}-${file.length - 1}/${file.length}`,
      })
      .end(file.subarray(start));
  };
}
