import { HttpAgent } from '@ag-ui/client';
import type { AGUIEvent } from '@ag-ui/core';
import { MCP_SURFACE } from '../../../src/app/mcp-surface.ts';
import { aguiPlugin } from '../../../src/gateway/agui/agui-plugin.ts';
import { createHttpGateway, type HttpGatewayOptions } from '../../../src/gateway/http/server.ts';
import { createFakeServices, type FakeServices } from '../fake-services.ts';

export async function startAgui(
  env: Record<string, string> = {},
  options: Partial<HttpGatewayOptions> = {},
  callLimitMs?: number,
) {
  const services: FakeServices = createFakeServices(env);
  const surface = { ...MCP_SURFACE, ...(callLimitMs !== undefined && { callLimitMs }) };
  const gateway = createHttpGateway(services, [aguiPlugin(surface)], {
    host: '127.0.0.1',
    port: 0,
    allowedHosts: [],
    allowedOrigins: [],
    ...options,
  });
  const { url } = await gateway.listen();
  const address = `${url}/ag-ui`;
  return {
    services,
    address,
    close: () => gateway.close(),
    post: (body: unknown, headers: Record<string, string> = {}, signal?: AbortSignal) =>
      fetch(address, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
        ...(signal && { signal }),
      }),
  };
}
export type AguiServer = Awaited<ReturnType<typeof startAgui>>;

type Part = { type: string; [name: string]: unknown };
export const runInput = (content: string | readonly Part[], more: Record<string, unknown> = {}) => ({
  threadId: 'thread-1',
  runId: 'run-1',
  messages: [{ id: 'm1', role: 'user', content }],
  ...more,
});

/** Events of a text stream, as they were framed. */
export async function eventsOf(response: Response): Promise<AGUIEvent[]> {
  return framesOf(await response.text());
}

export const framesOf = (text: string): AGUIEvent[] =>
  text
    .split('\n\n')
    .filter((frame) => frame.startsWith('data: '))
    .map((frame) => JSON.parse(frame.slice('data: '.length)));

/** The official client, which throws where a producer breaks the rules; `events` are those that reached it. */
export function officialClient(address: string, headers: Record<string, string> = {}) {
  const agent = new HttpAgent({ url: address, headers, threadId: 'thread-1' });
  const events: AGUIEvent[] = [];
  agent.subscribe({ onEvent: ({ event }) => void events.push(event as AGUIEvent) });
  return { agent, events };
}
