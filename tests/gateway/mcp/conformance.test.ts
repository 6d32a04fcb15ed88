import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterEach, expect, it } from 'vitest';
import { MCP_SURFACE } from '../../../src/app/mcp-surface.ts';
import { createHttpGateway, type HttpGateway } from '../../../src/gateway/http/server.ts';
import { mcpPlugin } from '../../../src/gateway/mcp/http-plugin.ts';
import type { McpSurface } from '../../../src/gateway/mcp/protocol/surface.ts';
import { TOOLS } from '../../../tools/index.ts';
import { createFixtures } from '../../conformance/fixtures.ts';
import { createFakeServices } from '../fake-services.ts';

/** The fixtures answer; whether they conform is for `npm run conformance`. */
let gateway: HttpGateway;
let client: Client;
afterEach(async () => {
  await client.close();
  await gateway.close();
});

async function connect(mode: 'legacy' | { pin: string }, surface: McpSurface = MCP_SURFACE) {
  gateway = createHttpGateway(createFakeServices(), [mcpPlugin(surface)], {
    host: '127.0.0.1',
    port: 0,
    allowedHosts: [],
    allowedOrigins: [],
  });
  const { url } = await gateway.listen();
  const capabilities = { elicitation: { form: {} }, sampling: {}, roots: {} };
  client = new Client({ name: 'test', version: '1' }, { capabilities, versionNegotiation: { mode } });
  client.setRequestHandler('elicitation/create', ({ params }) => {
    const fields = Object.keys(
      (params as { requestedSchema?: { properties?: object } }).requestedSchema?.properties ?? {},
    );
    return { action: 'accept', content: Object.fromEntries(fields.map((f) => [f, f === 'ok' ? true : 'blue'])) };
  });
  client.setRequestHandler('roots/list', () => ({ roots: [{ uri: 'file:///desk' }] }));
  client.setRequestHandler('sampling/createMessage', () => ({
    role: 'assistant',
    model: 'test',
    content: { type: 'text', text: 'Paris' },
  }));
  await client.connect(new StreamableHTTPClientTransport(new URL('/mcp', url)));
  return (await client.listTools()).tools.map((tool) => tool.name);
}

it('offers no fixture unless it was handed in', async () => {
  expect(await connect('legacy')).toEqual(TOOLS.map((tool) => tool.name));
});

it.each([['2026-07-28', { pin: '2026-07-28' }] as const, ['2025', 'legacy'] as const])(
  'every fixture answers a %s client',
  async (_name, mode) => {
    const extended = { ...MCP_SURFACE, extension: createFixtures() };
    const names = (await connect(mode, extended)).filter((name) => name.startsWith('test_') && name !== 'test_rule');
    expect(names.length).toBeGreaterThan(25);
    for (const name of names) {
      const args = { prompt: 'hello', message: 'hello', region: 'eu' };
      const outcome = await client.callTool({ name, arguments: args });
      expect([name, outcome.isError ?? false]).toEqual([name, name === 'test_error_handling']);
      expect(outcome.content).not.toHaveLength(0);
    }
    for (const uri of [
      'test://static-text',
      'test://static-binary',
      'test://watched-resource',
      'test://template/7/data',
    ]) {
      expect((await client.readResource({ uri })).contents).toHaveLength(1);
    }
    const args = { arg1: 'paris', arg2: 'b', resourceUri: 'test://x' };
    for (const { name } of (await client.listPrompts()).prompts.filter((prompt) => prompt.name.startsWith('test_'))) {
      expect((await client.getPrompt({ name, arguments: args })).messages).not.toHaveLength(0);
    }
  },
);
