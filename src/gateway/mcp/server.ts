import {
  completable,
  McpServer,
  type McpServerOptions,
  ProtocolError,
  ProtocolErrorCode,
  type ReadResourceResult,
  ResourceNotFoundError,
  ResourceTemplate,
  type StandardSchemaWithJSON,
} from '@modelcontextprotocol/server';
import * as z from 'zod';
import { PROMPTS } from '../../../prompts/index.ts';
import { RESOURCES } from '../../../resources/index.ts';
import { TOOLS } from '../../../tools/index.ts';
import { toAppError } from '../../errors.ts';
import type { Services } from '../services.ts';
import { callTool } from './call-tool.ts';
import type { Fixtures } from './conformance/fixtures.ts';
import type { Door } from './door.ts';
import { instructions } from './instructions.ts';
import type { Prompt } from './prompt.ts';
import type { ResourceContent } from './resource.ts';
import { roundStates } from './round-state.ts';
import { advertised } from './schema.ts';
import { announceChanges } from './subscriptions.ts';
import type { Tool } from './tool.ts';

export interface CreateOptions {
  readonly era: 'legacy' | 'modern';
  readonly door: Door;
  /** Only for the conformance suite. */
  readonly fixtures?: Fixtures;
}

const NAME = 'h200-mug-positioning';
const MAX_ARGUMENT_ELEMENTS = 20_000;
const MAX_PROMPT_ARGUMENT = 2000;
const LISTS = { ttlMs: 300_000, cacheScope: 'public' } as const;

const OPTIONS = {
  capabilities: {
    tools: { listChanged: false },
    prompts: { listChanged: false },
    resources: { subscribe: true, listChanged: false },
    completions: {},
  },
  cacheHints: {
    'server/discover': LISTS,
    'tools/list': LISTS,
    'prompts/list': LISTS,
    'resources/list': LISTS,
    'resources/templates/list': LISTS,
  },
  maxToolInputElements: MAX_ARGUMENT_ELEMENTS,
} satisfies McpServerOptions;

/** JSON Schemas are made once: a server is built for every modern HTTP request. */
const SCHEMAS = new Map(
  TOOLS.map((tool) => [
    tool,
    { input: advertised(tool.input, 'input'), output: tool.output && advertised(tool.output, 'output') },
  ]),
);

/** One MCP server with all tools, resources and prompts, for one connection or one modern HTTP request. */
export function createMcpServer(services: Services, { era, door, fixtures }: CreateOptions): McpServer {
  const tools = offeredTools(services);
  const info = { name: NAME, title: 'Intelligent Mug Positioning', version: services.version };
  const server = new McpServer(info, {
    ...OPTIONS,
    instructions: instructions(tools),
    requestState: { verify: roundStates(services).verify },
    ...fixtures?.options,
  });
  for (const tool of tools) registerTool(server, tool, services, door);
  registerResources(server, services);
  for (const prompt of PROMPTS) registerPrompt(server, prompt, services);
  fixtures?.register(server, era);
  if (era === 'legacy' || door === 'stdio') announceChanges(server, services.bus, era);
  return server;
}

export function offeredTools(services: Services): readonly Tool[] {
  return services.config.H200_READ_ONLY ? TOOLS.filter((tool) => tool.readOnlyMode !== 'hidden') : TOOLS;
}

function registerTool(server: McpServer, tool: Tool, services: Services, door: Door): void {
  const { title, description, annotations, readOnlyMode, view } = tool;
  const storesNothing = services.config.H200_READ_ONLY && readOnlyMode === 'without_storing';
  const schemas = SCHEMAS.get(tool);
  server.registerTool(
    tool.name,
    {
      title,
      description,
      annotations: { ...annotations, ...(storesNothing && { readOnlyHint: true }) },
      inputSchema: schemas?.input as StandardSchemaWithJSON<unknown, unknown>,
      ...(schemas?.output && { outputSchema: schemas.output }),
      ...(view !== undefined && { _meta: { ui: { resourceUri: view }, 'ui/resourceUri': view } }),
    },
    (args, ctx) => callTool(tool, args, ctx, server, services, door),
  );
}

function registerResources(server: McpServer, services: Services): void {
  for (const resource of RESOURCES) {
    const { name, title, description, mimeType, cache: cacheHint } = resource;
    const config = { title, description, mimeType, cacheHint };
    if ('uri' in resource) {
      server.registerResource(name, resource.uri, config, (uri) => read(uri, () => resource.read(services)));
      continue;
    }
    const { variable } = resource;
    const complete = { [variable]: (typed: string) => resource.complete(services, typed) };
    const template = new ResourceTemplate(resource.template, { list: undefined, complete });
    server.registerResource(name, template, config, (uri, variables) =>
      read(uri, () => resource.read(services, String(variables[variable]))),
    );
  }
}

/** An unknown id is an unknown resource; other failures keep their code and advice. */
async function read(uri: URL, load: () => Promise<ResourceContent>): Promise<ReadResourceResult> {
  try {
    return { contents: [{ uri: uri.href, ...(await load()) }] };
  } catch (thrown) {
    const error = toAppError(thrown);
    if (error.http === 404) throw new ResourceNotFoundError(uri.href);
    const code = error.http < 500 ? ProtocolErrorCode.InvalidParams : ProtocolErrorCode.InternalError;
    throw new ProtocolError(code, `${error.code}: ${error.message} ${error.advice}`, error.toJSON());
  }
}

function registerPrompt(server: McpServer, prompt: Prompt, services: Services): void {
  const { name, title, description, render } = prompt;
  const argsSchema = promptArguments(prompt, services);
  server.registerPrompt(name, { title, description, argsSchema }, (args) => ({
    description,
    messages: [
      { role: 'user', content: { type: 'text', text: render(args as Readonly<Record<string, string | undefined>>) } },
    ],
  }));
}

/** Building zod schemas takes longer than all the rest of a server, so they are kept for as long as the services. */
const promptSchemas = new WeakMap<Services, Map<Prompt, z.ZodObject>>();

function promptArguments(prompt: Prompt, services: Services): z.ZodObject {
  const known = promptSchemas.get(services) ?? new Map<Prompt, z.ZodObject>();
  promptSchemas.set(services, known);
  const schema = known.get(prompt) ?? z.object(mapArguments(prompt, services));
  known.set(prompt, schema);
  return schema;
}

function mapArguments(prompt: Prompt, services: Services): Record<string, z.ZodType> {
  const fields = Object.entries(prompt.arguments).map(([argument, { description, required, complete }]) => {
    const plain = z.string().max(MAX_PROMPT_ARGUMENT).describe(description);
    const field = complete ? completable(plain, (typed) => complete(services, typed)) : plain;
    return [argument, required ? field : field.optional()] as const;
  });
  return Object.fromEntries(fields);
}
