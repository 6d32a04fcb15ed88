import {
  McpServer,
  type McpServerOptions,
  ProtocolError,
  ProtocolErrorCode,
  type ReadResourceResult,
  ResourceNotFoundError,
  ResourceTemplate,
  type StandardSchemaWithJSON,
} from '@modelcontextprotocol/server';
import type { Principal } from '../../../contract/principal.ts';
import { toAppError } from '../../../errors.ts';
import type { Services } from '../../../services.ts';
import { roundStates } from '../elicitation/round-state.ts';
import { callTool } from './call-tool.ts';
import type { CreateOptions } from './create-options.ts';
import { instructionsFor } from './instructions.ts';
import type { Prompt } from './prompt.ts';
import { checkedArguments, promptSchema } from './prompt-arguments.ts';
import type { Resource, ResourceContent } from './resource.ts';
import { advertised } from './schema.ts';
import { serverInfo } from './server-info.ts';
import { announceChanges } from './subscriptions.ts';
import type { McpSurface } from './surface.ts';
import type { Tool } from './tool.ts';
import { watchRequests } from './watch-requests.ts';

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
  // The tool wrapper counts, and answers in the words of the error catalogue.
  maxToolInputElements: Number.POSITIVE_INFINITY,
} satisfies McpServerOptions;

/** One MCP server with all that the surface holds, for one connection or one modern HTTP request. */
export function createMcpServer(services: Services, surface: McpSurface, options: CreateOptions): McpServer {
  const { era, transport, principal } = options;
  const { resources, prompts, extension } = surface;
  const tools = offeredTools(services, surface.tools);
  const server = new McpServer(serverInfo(services.version), {
    ...OPTIONS,
    instructions: instructionsFor(tools.some(({ name }) => name === 'create_rule')),
    requestState: { verify: roundStates(surface, principal).verify },
    ...extension?.options,
  });
  for (const tool of tools) registerTool(server, tool, services, surface, options);
  for (const resource of resources) registerResource(server, resource, services, principal);
  for (const prompt of prompts) registerPrompt(server, prompt, services, principal);
  extension?.register(server, era);
  watchRequests(server, era, options.running);
  if (era === 'legacy' || transport === 'stdio') announceChanges(server, services.bus, principal, era);
  return server;
}

export function offeredTools(services: Services, tools: readonly Tool[]): readonly Tool[] {
  return services.capabilities.readOnly ? tools.filter((tool) => tool.readOnlyMode !== 'hidden') : tools;
}

/** JSON Schemas are made once: a server is built for every modern HTTP request. */
const toolSchemas = new WeakMap<Tool, ReturnType<typeof schemasOf>>();

function schemasOf(tool: Tool) {
  return { input: advertised(tool.input, 'input'), output: tool.output && advertised(tool.output, 'output') };
}

function registerTool(
  server: McpServer,
  tool: Tool,
  services: Services,
  surface: McpSurface,
  options: CreateOptions,
): void {
  const { title, description, annotations, readOnlyMode, view } = tool;
  const storesNothing = services.capabilities.readOnly && readOnlyMode === 'without_storing';
  const schemas = toolSchemas.get(tool) ?? schemasOf(tool);
  toolSchemas.set(tool, schemas);
  server.registerTool(
    tool.name,
    {
      title,
      description,
      annotations: { ...annotations, ...(storesNothing && { readOnlyHint: true }) },
      inputSchema: schemas.input as StandardSchemaWithJSON<unknown, unknown>,
      ...(schemas.output && { outputSchema: schemas.output }),
      ...(view !== undefined && { _meta: { ui: { resourceUri: view }, 'ui/resourceUri': view } }),
    },
    (args, ctx) => callTool(tool, args, ctx, server, services, surface, options),
  );
}

function registerResource(server: McpServer, resource: Resource, services: Services, principal: Principal): void {
  const caller = { principal };
  const { name, title, description, mimeType, cache: cacheHint } = resource;
  const config = { title, description, mimeType, cacheHint };
  if ('uri' in resource) {
    server.registerResource(name, resource.uri, config, (uri) => read(uri, () => resource.read(services, caller)));
    return;
  }
  const { variable } = resource;
  // The SDK looks the argument up by the name that the client sends: nothing may be inherited.
  const complete = Object.assign(Object.create(null) as object, {
    [variable]: (typed: string) => resource.complete(services, caller, typed),
  });
  const template = new ResourceTemplate(resource.template, { list: undefined, complete });
  server.registerResource(name, template, config, (uri, variables) =>
    read(uri, () => resource.read(services, caller, String(variables[variable]))),
  );
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

function registerPrompt(server: McpServer, prompt: Prompt, services: Services, principal: Principal): void {
  const { name, title, description } = prompt;
  const argsSchema = promptSchema(prompt, services, principal);
  server.registerPrompt(name, { title, description, argsSchema }, (given) => ({
    description,
    messages: [{ role: 'user', content: { type: 'text', text: prompt.render(checkedArguments(prompt, given)) } }],
  }));
}
