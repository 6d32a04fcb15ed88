import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type App, createApp } from '../../src/app/create-app.ts';
import { MCP_SURFACE } from '../../src/app/mcp-surface.ts';
import { loadConfig } from '../../src/config/config.ts';
import { createHttpGateway, type HttpGateway } from '../../src/gateway/http/server.ts';
import { mcpPlugin } from '../../src/gateway/mcp/http-plugin.ts';
import { modern, raw } from '../gateway/raw-http.ts';

/** What every JavaScript object answers to although nobody put it there. */
const NAMES = Object.getOwnPropertyNames(Object.prototype);

let folder: string;
let app: App;
let gateway: HttpGateway;
let mcp: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'h200-names-'));
  app = await createApp(loadConfig({ LOG_LEVEL: 'silent', H200_DATA_DIR: folder }));
  const options = { host: '127.0.0.1', port: 0, allowedHosts: [], allowedOrigins: [] };
  gateway = createHttpGateway(app.services, [mcpPlugin(MCP_SURFACE)], options);
  mcp = `${(await gateway.listen()).url}/mcp`;
});
afterAll(async () => {
  await gateway.close();
  await app.close();
  rmSync(folder, { recursive: true, force: true });
});

async function said(method: string, params: Record<string, unknown>): Promise<string> {
  const { body } = await raw(mcp, modern(method, params));
  return body;
}

/** Never a failure of ours; whether it is refused or taken is the field's business. */
async function fine(method: string, params: Record<string, unknown>): Promise<void> {
  const body = await said(method, params);
  expect(body, JSON.stringify(params)).not.toMatch(
    /SYSTEM_003|ANALYSIS_005|RULES_005|-32603|is not a function|native code|\[object/,
  );
}

const tool = (name: string, args: unknown) => fine('tools/call', { name, arguments: args as object });
const box = (name: string, x: number) => ({ class: name, confidence: 0.9, bbox: [x, 100, x + 90, 200] });

it.each(NAMES)('%s is a word like any other, wherever a caller may write one', async (name) => {
  const detections = [box(name, 100), box('mug', 300), box('laptop', 500), box(`${name}s`, 700)];
  const desk = { detections, size: { width: 1000, height: 800 }, detail: 'full' };
  const zones = [
    {
      name,
      polygon_px: [
        [1, 1],
        [50, 1],
        [50, 50],
      ],
    },
  ];
  await tool('analyze_image', { ...desk, zones, context: name, movable: [name], calibration: { mm_per_pixel: 0.5 } });
  for (const key of ['strategy', 'inference', 'units', 'calibration_id', 'box_noise', name]) {
    await tool('analyze_image', { ...desk, [key]: name });
  }
  for (const text of [
    `Keep ${name} away from laptops`,
    `Keep mugs at least 6 ${name} away from ${name}`,
    `Every ${name} must be on a ${name} ${name}`,
    `Mugs ${name} laptops`,
    name,
  ]) {
    await tool('create_rule', { text, dry_run: true });
    await tool('test_rule', { text, ...desk });
  }
  const condition = { subject: 'mug', operator: 'min_distance', object: 'laptop', value: 100, unit: 'mm' };
  for (const key of ['subject', 'operator', 'object', 'unit', 'attribute', name]) {
    await tool('create_rule', { conditions: [{ ...condition, [key]: name }], dry_run: true });
  }
  for (const args of [{ rule_id: name }, { analysis_id: name }, { type: name }, { cursor: name }, { [name]: 1 }]) {
    for (const { name: one } of MCP_SURFACE.tools) await tool(one, args);
  }
  for (const scheme of ['rule', 'analysis', 'rules', 'models', 'metrics', 'vocabulary', name]) {
    await fine('resources/read', { uri: `${scheme}://${name}` });
  }
  for (const { name: prompt } of MCP_SURFACE.prompts) {
    await fine('prompts/get', {
      name: prompt,
      arguments: { [name]: name, image: name, wish: name, analysis_id: name },
    });
  }
});
