import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MCP_SURFACE } from '../../../src/app/mcp-surface.ts';
import { createHttpGateway, type HttpGateway } from '../../../src/gateway/http/server.ts';
import { mcpPlugin } from '../../../src/gateway/mcp/http-plugin.ts';
import { localCall } from '../../support/caller.ts';
import { createFakeServices } from '../fake-services.ts';
import { INITIALIZE, legacy, modern, raw } from '../raw-http.ts';

const services = createFakeServices();
let gateway: HttpGateway;
let url: string;
let session: string;

beforeAll(async () => {
  gateway = createHttpGateway(services, [mcpPlugin(MCP_SURFACE)], {
    host: '127.0.0.1',
    port: 0,
    allowedHosts: [],
    allowedOrigins: [],
  });
  ({ url } = await gateway.listen());
  session = (await raw(`${url}/mcp`, legacy(INITIALIZE))).headers['mcp-session-id'] as string;
});
afterAll(() => gateway.close());

interface Answer {
  result?: Record<string, unknown>;
  error?: { code: number; message: string };
}

/** What both generations of the protocol answer. */
async function ask(method: string, params: Record<string, unknown>): Promise<Answer[]> {
  const [fresh, old] = await Promise.all([
    raw(`${url}/mcp`, modern(method, params)),
    raw(`${url}/mcp`, legacy({ jsonrpc: '2.0', id: 1, method, params }, session)),
  ]);
  return [fresh.body, old.body].map((body) => JSON.parse(body.replace(/^[\s\S]*?(?=\{)/, '')));
}

describe.each([
  ['tools/list', 'tools'],
  ['prompts/list', 'prompts'],
  ['resources/list', 'resources'],
  ['resources/templates/list', 'resourceTemplates'],
])('%s', (method, key) => {
  it.each(['rubbish', '', 'W10', 7, {}, true, null])('refuses the cursor %j', async (cursor) => {
    for (const { error, result } of await ask(method, { cursor })) {
      expect(result).toBeUndefined();
      expect(error).toMatchObject({ code: -32602, message: expect.stringContaining('cursor') });
    }
  });

  it('answers without a cursor', async () => {
    for (const { result } of await ask(method, {})) expect(result?.[key]).not.toHaveLength(0);
  });
});

describe('tools that list', () => {
  const call = async (name: string, args: Record<string, unknown>) =>
    (await ask('tools/call', { name, arguments: args }))[0]!.result as {
      isError?: boolean;
      content: { text: string }[];
      structuredContent: Record<string, unknown>;
    };

  beforeAll(async () => {
    for (let n = 0; n < 5; n += 1) {
      await services.analyses.analyze(localCall, { image: 'desk.jpg' });
      await services.calibrations.create(localCall, {
        name: `desk ${n}`,
        calibration: { mm_per_pixel: 1 },
        width: 10,
        height: 10,
      });
      const reading = await services.rules.read(localCall, { text: `Keep ${n + 1} mm` });
      if (reading.ok) await services.rules.create(localCall, reading.draft);
    }
  });

  it.each([
    ['get_analysis', 'recent', 'analysis_id'],
    ['list_rules', 'rules', 'rule_id'],
    ['list_calibrations', 'calibrations', 'calibration_id'],
  ])('%s goes on where next_cursor says, to the end', async (name, key, id) => {
    const seen: unknown[] = [];
    let cursor: unknown;
    for (let pages = 1; ; pages += 1) {
      const { structuredContent, content } = await call(name, { limit: 2, ...(cursor !== undefined && { cursor }) });
      seen.push(...(structuredContent[key] as Record<string, unknown>[]).map((one) => one[id]));
      expect(structuredContent.total).toBe(5);
      cursor = structuredContent.next_cursor;
      if (cursor === null) {
        expect(pages).toBe(3);
        break;
      }
      // Clients that show only text can go on as well.
      expect(content[0]?.text).toContain(String(cursor));
    }
    expect(new Set(seen).size).toBe(5);
    expect(seen).toHaveLength(5);

    const refused = await call(name, { cursor: 'rubbish' });
    expect(refused.isError).toBe(true);
    expect(refused.content[0]?.text).toMatch(/^VALIDATION_002 .*cursor/);
  });
});
