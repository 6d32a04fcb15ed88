import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import {
  SSEClientTransport as AutoSseTransport,
  Client as NewClient,
  StreamableHTTPClientTransport as NewHttpTransport,
  type Transport as NewTransport,
} from '@modelcontextprotocol/client';
import { StdioClientTransport as NewStdioTransport } from '@modelcontextprotocol/client/stdio';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport as OldTransport } from '@modelcontextprotocol/sdk/shared/transport.js';
import {
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  ListRootsRequestSchema,
} from '@modelcontextprotocol/sdk/types.js';

export interface Content {
  type: string;
  text?: string;
  data?: string;
  mimeType?: string;
  uri?: string;
}

export interface ToolOutcome {
  content: Content[];
  structuredContent?: Record<string, unknown>;
  isError?: boolean;
}

export interface Progress {
  progress: number;
  total?: number | undefined;
  message?: string | undefined;
}

/** What both generations of clients can do, in one shape. */
export interface TestClient {
  readonly era: 'modern' | 'legacy';
  readonly raw: NewClient | OldClient;
  call(
    name: string,
    args?: Record<string, unknown>,
    options?: { signal?: AbortSignal; onprogress?: (progress: Progress) => void },
  ): Promise<ToolOutcome>;
  watch(uris: string[], onUpdate: (uri: string) => void): Promise<void>;
  close(): Promise<void>;
}

export interface ClientOptions {
  /** Answers a form; absent: the client has none. */
  form?: (message: string) => { action: 'accept' | 'decline' | 'cancel'; content?: Record<string, string> };
  /** The client's language model; absent: the client lends none. Throws when nobody allows it. */
  sample?: (question: { system: string; user: string }) => { text: string; model: string };
  roots?: string[];
  headers?: Record<string, string>;
}

const INFO = { name: 'test-client', version: '1.0.0' };
const ENTRY = fileURLToPath(new URL('./stdio-entry.ts', import.meta.url));
const HOME = fileURLToPath(new URL('../../', import.meta.url));

export const stdioCommand = (entry = ENTRY) => ({
  command: process.execPath,
  args: [entry],
  cwd: HOME,
  // Compiled once for all the processes of the suite.
  env: { NODE_COMPILE_CACHE: join(tmpdir(), 'h200-mug-test-compile-cache') },
  stderr: 'pipe' as const,
});

const capabilities = ({ form, roots, sample }: ClientOptions) => ({
  ...(form && { elicitation: { form: {} } }),
  ...(sample && { sampling: {} }),
  ...(roots && { roots: {} }),
});
const rootList = (roots: string[]) => ({ roots: roots.map((path) => ({ uri: pathToFileURL(path).href })) });

function sampled(
  sample: NonNullable<ClientOptions['sample']>,
  params: { systemPrompt?: string | undefined; messages: readonly unknown[] },
) {
  const [message] = params.messages as { content: { text?: string } | { text?: string }[] }[];
  const content = Array.isArray(message?.content) ? message.content[0] : message?.content;
  const { text, model } = sample({ system: params.systemPrompt ?? '', user: content?.text ?? '' });
  return { model, role: 'assistant' as const, content: { type: 'text' as const, text } };
}

export async function connectNew(
  transport: NewTransport,
  mode: 'legacy' | 'auto' | { pin: string },
  options: ClientOptions = {},
): Promise<TestClient> {
  const raw = new NewClient(INFO, { capabilities: capabilities(options), versionNegotiation: { mode } });
  const { form, roots, sample } = options;
  if (sample) raw.setRequestHandler('sampling/createMessage', ({ params }) => sampled(sample, params));
  if (form) raw.setRequestHandler('elicitation/create', ({ params }) => form(params.message));
  if (roots) raw.setRequestHandler('roots/list', () => rootList(roots));
  await raw.connect(transport);
  return {
    era: raw.getProtocolEra() === 'modern' ? 'modern' : 'legacy',
    raw,
    call: (name, args = {}, more) => raw.callTool({ name, arguments: args }, more) as Promise<ToolOutcome>,
    async watch(uris, onUpdate) {
      raw.setNotificationHandler('notifications/resources/updated', ({ params }) => onUpdate(params.uri));
      if (raw.getProtocolEra() === 'modern') await raw.listen({ resourceSubscriptions: uris });
      else for (const uri of uris) await raw.subscribeResource({ uri });
    },
    close: () => raw.close(),
  };
}

export async function connectOld(transport: OldTransport, options: ClientOptions = {}): Promise<TestClient> {
  const raw = new OldClient(INFO, { capabilities: capabilities(options) });
  const { form, roots, sample } = options;
  if (sample) raw.setRequestHandler(CreateMessageRequestSchema, ({ params }) => sampled(sample, params));
  if (form) raw.setRequestHandler(ElicitRequestSchema, ({ params }) => form(params.message));
  if (roots) raw.setRequestHandler(ListRootsRequestSchema, () => rootList(roots));
  await raw.connect(transport);
  return {
    era: 'legacy',
    raw,
    call: (name, args = {}, more) =>
      raw.callTool({ name, arguments: args }, undefined, more) as Promise<unknown> as Promise<ToolOutcome>,
    async watch(uris, onUpdate) {
      const { ResourceUpdatedNotificationSchema } = await import('@modelcontextprotocol/sdk/types.js');
      raw.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => onUpdate(params.uri));
      for (const uri of uris) await raw.subscribeResource({ uri });
    },
    close: () => raw.close(),
  };
}

const MODERN = { pin: '2026-07-28' };
type Connect = (url: string, options?: ClientOptions) => Promise<TestClient>;
const init = (options?: ClientOptions) => ({ requestInit: { headers: options?.headers ?? {} } });

/** Every transport with every generation of client that can use it. `url` is ignored by stdio. */
export const TRANSPORTS: readonly { name: string; era: 'modern' | 'legacy'; connect: Connect }[] = [
  {
    name: 'stdio, client 2 modern',
    era: 'modern',
    connect: (_url, options) => connectNew(new NewStdioTransport(stdioCommand()), MODERN, options),
  },
  {
    name: 'stdio, client 1',
    era: 'legacy',
    connect: (_url, options) => connectOld(new StdioClientTransport(stdioCommand()), options),
  },
  {
    name: 'HTTP, client 2 modern',
    era: 'modern',
    connect: (url, options) => connectNew(new NewHttpTransport(new URL('/mcp', url), init(options)), MODERN, options),
  },
  {
    name: 'HTTP, client 2 legacy',
    era: 'legacy',
    connect: (url, options) => connectNew(new NewHttpTransport(new URL('/mcp', url), init(options)), 'legacy', options),
  },
  {
    name: 'HTTP, client 1',
    era: 'legacy',
    connect: (url, options) =>
      connectOld(new StreamableHTTPClientTransport(new URL('/mcp', url), init(options)) as OldTransport, options),
  },
  {
    name: 'SSE, client 2 falling back',
    era: 'legacy',
    connect: (url, options) => connectNew(new AutoSseTransport(new URL('/sse', url), init(options)), 'auto', options),
  },
  {
    name: 'SSE, client 1',
    era: 'legacy',
    connect: (url, options) => connectOld(new SSEClientTransport(new URL('/sse', url), init(options)), options),
  },
];
