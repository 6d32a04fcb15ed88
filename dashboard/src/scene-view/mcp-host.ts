/** JSON-RPC with the host of an MCP App by postMessage (MCP Apps 2026-01-26). */

interface Message {
  readonly jsonrpc?: string;
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: Record<string, unknown>;
  readonly result?: unknown;
  readonly error?: { readonly message?: unknown };
}

export function connectHost(notified: (method: string, params: Record<string, unknown>) => void) {
  const pending = new Map<unknown, { resolve: (result: never) => void; reject: (error: Error) => void }>();
  let nextId = 1;
  const post = (message: Message) => window.parent.postMessage({ jsonrpc: '2.0', ...message }, '*');

  window.addEventListener('message', ({ data, source }: MessageEvent<Message | null>) => {
    if (source !== window.parent || data?.jsonrpc !== '2.0') return;
    if (data.method === undefined) {
      const waiting = pending.get(data.id);
      pending.delete(data.id);
      if (data.error) waiting?.reject(new Error(String(data.error.message)));
      else waiting?.resolve(data.result as never);
      return;
    }
    notified(data.method, data.params ?? {});
    if (data.id === undefined) return;
    const known = data.method === 'ping' || data.method === 'ui/resource-teardown';
    post({
      id: data.id,
      ...(known ? { result: {} } : { error: { code: -32601, message: 'Method not found' } as never }),
    });
  });

  return {
    notify: (method: string, params?: Record<string, unknown>) => post({ method, ...(params && { params }) }),
    request<T>(method: string, params: Record<string, unknown>): Promise<T> {
      const id = nextId++;
      return new Promise((resolve, reject) => {
        pending.set(id, { resolve, reject });
        post({ id, method, params });
      });
    },
  };
}
