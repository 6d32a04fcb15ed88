import { randomBytes } from 'node:crypto';
import { createRequestStateCodec, type ServerNotifier } from '@modelcontextprotocol/server';
import type { McpExtension } from '../../src/gateway/mcp/protocol/surface.ts';
import { registerContentTools } from './content-tools.ts';
import { registerInputTools } from './input-tools.ts';
import { registerPrompts } from './prompts.ts';
import { registerPushTools } from './push-tools.ts';
import { registerResources } from './resources.ts';

/** What the official conformance suite expects to find on a server. */
export function createFixtures(): McpExtension {
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
    attach(notifier) {
      notify = notifier;
    },
  };
}
