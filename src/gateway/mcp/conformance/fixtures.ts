import { randomBytes } from 'node:crypto';
import {
  createRequestStateCodec,
  type McpServer,
  type McpServerOptions,
  type ServerNotifier,
} from '@modelcontextprotocol/server';
import { registerContentTools } from './content-tools.ts';
import { registerInputTools } from './input-tools.ts';
import { registerPrompts } from './prompts.ts';
import { registerPushTools } from './push-tools.ts';
import { registerResources } from './resources.ts';

/** What the official conformance suite expects to find on a server. Loaded only with MCP_CONFORMANCE=1. */
export interface Fixtures {
  readonly options: Partial<McpServerOptions>;
  register(server: McpServer, era: 'legacy' | 'modern'): void;
  /** Gives the fixtures the bell of the modern endpoint. */
  attach(notify: ServerNotifier): void;
}

export function createFixtures(): Fixtures {
  const state = createRequestStateCodec<unknown>({ key: randomBytes(32) });
  let notify: ServerNotifier | undefined;
  return {
    options: {
      capabilities: {
        tools: { listChanged: true },
        prompts: { listChanged: true },
        resources: { subscribe: true, listChanged: true },
        completions: {},
        logging: {},
      },
      requestState: { verify: state.verify },
    },
    register(server) {
      registerContentTools(server);
      registerPushTools(server, () => notify);
      registerInputTools(server, state);
      registerResources(server);
      registerPrompts(server);
    },
    attach(bell) {
      notify = bell;
    },
  };
}
