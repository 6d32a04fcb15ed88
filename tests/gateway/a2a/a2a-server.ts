import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAgentTasks } from '../../../src/agent-tasks/create-agent-tasks.ts';
import { deriveKey } from '../../../src/app/card-keys.ts';
import { type A2aPluginOptions, a2aPlugin } from '../../../src/gateway/a2a/a2a-plugin.ts';
import { createHttpGateway, type HttpGatewayOptions } from '../../../src/gateway/http/server.ts';
import type { FetchOptions } from '../../../src/image/download.ts';
import { createWebPost } from '../../../src/outgoing/create-web-post.ts';
import type { Records } from '../../../src/ports/records.ts';
import { createSqliteRecords } from '../../../src/storage/sqlite/records.ts';
import { createLog } from '../../../src/telemetry/log.ts';
import { testCallbacks } from '../../support/callbacks.ts';
import { createFakeServices, type FakeServices } from '../fake-services.ts';

export interface A2aServer {
  readonly url: string;
  readonly services: FakeServices;
  /** One JSON-RPC call of version 1.0. */
  rpc(method: string, params?: unknown, headers?: Record<string, string>): Promise<RpcAnswer>;
  /** One call over HTTP+JSON. */
  rest(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<RestAnswer>;
  close(): Promise<void>;
}

// biome-ignore lint/suspicious/noExplicitAny: answers of all shapes are looked into
type Any = any;
export interface RpcAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly result: Any;
  readonly error: Any;
}
export interface RestAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Any;
}

interface Options {
  readonly folder?: string;
  readonly token?: string;
  readonly gateway?: Partial<HttpGatewayOptions>;
  readonly plugin?: Partial<A2aPluginOptions>;
  readonly post?: FetchOptions;
  readonly now?: () => Date;
  readonly mostOfOne?: number;
}

/** The A2A door before services that only pretend to see; tasks are kept in a real store. */
export async function startA2a(options: Options = {}): Promise<A2aServer> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'h200-a2a-'));
  const records: Records = createSqliteRecords(join(folder, 'records.db'));
  const callbacks = testCallbacks({ registry: records.registry, post: createWebPost(options.post) });
  const services = Object.assign(createFakeServices(), {
    agentTasks: createAgentTasks({
      registry: records.registry,
      callbacks,
      log: createLog('silent'),
      now: options.now ?? (() => new Date()),
      ...(options.mostOfOne !== undefined && { mostOfOne: options.mostOfOne }),
    }),
  });
  const keys = { keys: async () => [deriveKey(Buffer.from('a secret of the tests'))] };
  const gateway = createHttpGateway(services, [a2aPlugin({ keys, ...options.plugin })], {
    host: '127.0.0.1',
    port: 0,
    allowedHosts: [],
    allowedOrigins: [],
    ...(options.token !== undefined && { token: options.token }),
    ...options.gateway,
  });
  const { url } = await gateway.listen();
  const rest: A2aServer['rest'] = async (method, path, body, headers = {}) => {
    const answer = await fetch(`${url}/a2a/rest${path}`, {
      method,
      headers: {
        'a2a-version': '1.0',
        ...(body !== undefined && { 'content-type': 'application/a2a+json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, body: text === '' ? null : JSON.parse(text) };
  };
  return {
    url,
    services,
    rest,
    async rpc(method, params, headers = {}) {
      const answer = await fetch(`${url}/a2a`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'a2a-version': '1.0', ...headers },
        body: JSON.stringify({ jsonrpc: '2.0', id: 7, method, ...(params !== undefined && { params }) }),
      });
      const { result, error } = (await answer.json()) as { result: Any; error: Any };
      return { status: answer.status, headers: answer.headers, result, error };
    },
    async close() {
      await gateway.close();
      services.agentTasks.close();
      await callbacks.close();
      await records.close();
      if (options.folder === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}

let sent = 0;
/** A message of somebody who asks. */
export const message = (parts: readonly object[], more: object = {}) => ({
  messageId: `m${++sent}`,
  role: 'ROLE_USER',
  parts,
  ...more,
});
export const text = (said: string) => ({ text: said });
export const photo = (name: string) => ({ url: `https://photos.example/${name}.jpg`, mediaType: 'image/jpeg' });

/** The events of a stream, each as its `data:` line had it. */
export async function eventsOf(answer: Response): Promise<Any[]> {
  const lines = (await answer.text()).split('\n\n').filter((block) => block.startsWith('data: '));
  return lines.map((block) => JSON.parse(block.slice(6)));
}
