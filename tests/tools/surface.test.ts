import { describe, expect, it } from 'vitest';
import { MCP_SURFACE } from '../../src/app/mcp-surface.ts';
import { createHttpGateway } from '../../src/gateway/http/server.ts';
import { mcpPlugin } from '../../src/gateway/mcp/http-plugin.ts';
import { TOOLS } from '../../tools/index.ts';
import { createFakeServices } from '../gateway/fake-services.ts';
import { modern, raw } from '../gateway/raw-http.ts';

interface Listed {
  name: string;
  title: string;
  description: string;
  inputSchema: Record<string, unknown>;
  outputSchema?: Record<string, unknown>;
  annotations: Record<string, boolean>;
}

/** The list as a client gets it. */
async function list(env: Record<string, string> = {}): Promise<Listed[]> {
  const options = { host: '127.0.0.1', port: 0, allowedHosts: [], allowedOrigins: [] };
  const gateway = createHttpGateway(createFakeServices(env), [mcpPlugin(MCP_SURFACE)], options);
  const { url } = await gateway.listen();
  const answer = await raw(`${url}/mcp`, modern('tools/list'));
  await gateway.close();
  return JSON.parse(answer.body).result.tools;
}

const tools = await list();
const CHARACTERS_PER_TOKEN = 4;

describe('the list of tools', () => {
  it('costs at most 10,000 tokens, and no tool 2,500', () => {
    const cost = (value: unknown) => JSON.stringify(value).length / CHARACTERS_PER_TOKEN;
    expect(cost(tools)).toBeLessThanOrEqual(10_000);
    expect(Math.max(...tools.map(cost))).toBeLessThanOrEqual(2500);
  });

  it('offers at most 20', () => {
    expect(tools.length).toBeLessThanOrEqual(20);
  });

  it.each(tools)('$name has not changed', async ({ name, ...rest }) => {
    await expect(`${JSON.stringify({ name, ...rest }, null, 2)}\n`).toMatchFileSnapshot(`__snapshots__/${name}.snap`);
  });

  it.each(tools)('$name refers to nothing that is not in its schema', ({ inputSchema, outputSchema = {} }) => {
    for (const schema of [inputSchema, outputSchema]) {
      const { $defs = {} } = schema as { $defs?: Record<string, unknown> };
      const referred = [...JSON.stringify(schema).matchAll(/"\$ref":"#\/\$defs\/([^"]+)"/g)].map(([, name]) => name);
      expect(Object.keys($defs)).toEqual(expect.arrayContaining(referred));
    }
  });

  it.each(tools)('$name states all four hints and has clear words', ({ annotations, title, description }) => {
    expect(Object.keys(annotations).toSorted()).toEqual([
      'destructiveHint',
      'idempotentHint',
      'openWorldHint',
      'readOnlyHint',
    ]);
    if (annotations.readOnlyHint) expect(annotations.destructiveHint).toBe(false);
    expect(title.length).toBeLessThan(40);
    expect(description.length).toBeLessThan(400);
    expect(description).not.toMatch(/\b(MUST|ALWAYS|NEVER|IMPORTANT)\b/);
  });

  it.each(tools)('$name has a portable schema', ({ inputSchema, outputSchema }) => {
    for (const schema of [inputSchema, outputSchema ?? {}]) {
      expect(JSON.stringify(schema)).not.toMatch(/prefixItems|\$schema|propertyNames/);
      expect(schema).not.toHaveProperty('anyOf');
    }
    expect(inputSchema.type).toBe('object');
    expect(JSON.stringify(inputSchema)).not.toContain('$ref');
  });
});

describe('read-only mode', () => {
  it('hides what changes something and stores no analysis', async () => {
    const offered = await list({ H200_READ_ONLY: 'true' });
    const names = offered.map((tool) => tool.name);
    expect(names).toEqual(
      TOOLS.map((tool) => tool.name).filter(
        (name) =>
          !['control_server', 'delegate', 'delete_analyses', 'create_rule', 'update_rule', 'calibrate'].includes(name),
      ),
    );
    for (const tool of offered) expect([tool.name, tool.annotations.readOnlyHint]).toEqual([tool.name, true]);

    const services = createFakeServices({ H200_READ_ONLY: 'true' });
    const gateway = createHttpGateway(services, [mcpPlugin(MCP_SURFACE)], {
      host: '127.0.0.1',
      port: 0,
      allowedHosts: [],
      allowedOrigins: [],
    });
    const { url } = await gateway.listen();
    const call = (name: string, args: object) => raw(`${url}/mcp`, modern('tools/call', { name, arguments: args }));
    await call('analyze_image', { image: 'a.jpg', store: true });
    await call('analyze_batch', { images: ['a.jpg'] });
    expect(services.requests.map(({ request }) => request.store)).toEqual([false, false]);
    const hidden = JSON.parse((await call('create_rule', { text: 'mugs 9 mm from laptops' })).body);
    expect(hidden.error.code).toBe(-32602);
    await gateway.close();
  });
});
