import { transport } from '../api/transport.ts';

export interface MockRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: Headers;
  /** JSON, or the fields of a form. */
  readonly body: unknown;
}
export interface MockAnswer {
  readonly status?: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}
type Handler = (request: MockRequest) => MockAnswer | Promise<MockAnswer>;

const handlers = new Map<string, Handler>();

/** Answers `GET /api/v1/rules/:rule_id` and the like in place of a server. */
export function on(route: string, handler: Handler): void {
  handlers.set(route, handler);
}

/** An error as the server's catalogue writes it. */
export const refused = (
  status: number,
  code: string,
  message: string,
  advice = '',
  details: object = {},
): MockAnswer => ({
  status,
  body: {
    error: {
      code,
      type: 'mocked',
      status,
      message,
      advice,
      details,
      request_id: 'req_mocked',
      timestamp: new Date().toISOString(),
    },
  },
});

/** The control plane of the mocked mode: `pushLive` reaches every line that is open. */
class MockSocket extends EventTarget {
  static readonly open = new Set<MockSocket>();
  readyState: number = WebSocket.OPEN;

  constructor() {
    super();
    MockSocket.open.add(this);
    setTimeout(() => this.receive({ type: 'auth', status: 'ok' }));
  }
  send(text: string): void {
    if ((JSON.parse(text) as { type?: string }).type === 'ping') setTimeout(() => this.receive({ type: 'pong' }));
  }
  receive(message: object): void {
    this.dispatchEvent(new MessageEvent('message', { data: JSON.stringify(message) }));
  }
  close(): void {
    this.readyState = WebSocket.CLOSED;
    MockSocket.open.delete(this);
    this.dispatchEvent(new CloseEvent('close'));
  }
}

export function pushLive(message: { type: string; topic: string; data: object }): void {
  for (const socket of MockSocket.open) socket.receive({ ...message, timestamp: new Date().toISOString() });
}
export const dropLines = () => [...MockSocket.open].forEach((socket) => void socket.close());

/** Takes the place of the server. What no handler answers is 404, as there. */
export function answerMocked(): void {
  transport.fetch = async (request) => {
    const url = new URL(request.url);
    for (const [route, handler] of handlers) {
      const params = matched(route, request.method, url.pathname);
      if (params === null) continue;
      const {
        status = 200,
        body,
        headers = {},
      } = await handler({
        params,
        query: url.searchParams,
        headers: request.headers,
        body: await bodyOf(request),
      });
      if (body instanceof Blob || body instanceof ReadableStream || typeof body === 'string')
        return new Response(body, { status, headers });
      return Response.json(body ?? null, { status, headers });
    }
    const { status, body } = refused(404, 'NOT_FOUND', `${request.method} ${url.pathname} is not mocked.`);
    return Response.json(body, { status });
  };
  transport.socket = () => new MockSocket() as unknown as WebSocket;
}

/** With the made-up data of every page. */
export async function mock(): Promise<void> {
  handlers.clear();
  answerMocked();
  const areas = import.meta.glob<{ mockArea: () => void }>('./areas/*.ts', { eager: true });
  for (const { mockArea } of Object.values(areas)) mockArea();
}

function matched(route: string, method: string, path: string): Record<string, string> | null {
  const [wanted, pattern = ''] = route.split(' ');
  if (wanted !== method) return null;
  const names = pattern.split('/');
  const parts = path.split('/').slice(-names.length);
  if (names.length !== parts.length) return null;
  const params: Record<string, string> = {};
  for (const [i, name] of names.entries()) {
    const part = decodeURIComponent(parts[i] ?? '');
    if (name.startsWith(':')) params[name.slice(1)] = part;
    else if (name !== part) return null;
  }
  return params;
}

async function bodyOf(request: Request): Promise<unknown> {
  const type = request.headers.get('content-type') ?? '';
  if (type.includes('json')) return request.json();
  if (type.includes('multipart')) return Object.fromEntries((await request.formData()).entries());
  return null;
}
