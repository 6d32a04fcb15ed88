import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MCP_SURFACE } from '../../src/app/mcp-surface.ts';
import { createHttpGateway, type HttpGateway } from '../../src/gateway/http/server.ts';
import { mcpPlugin } from '../../src/gateway/mcp/http-plugin.ts';
import { TOOLS } from '../../tools/index.ts';
import { type Progress, type TestClient, type ToolOutcome, TRANSPORTS } from './clients.ts';
import { createFakeServices } from './fake-services.ts';

let gateway: HttpGateway;
let url: string;

beforeAll(async () => {
  gateway = createHttpGateway(createFakeServices(), [mcpPlugin(MCP_SURFACE)], {
    host: '127.0.0.1',
    port: 0,
    allowedHosts: [],
    allowedOrigins: [],
  });
  ({ url } = await gateway.listen());
});
afterAll(() => gateway.close());

const SENTENCE = 'Keep mugs at least 150 mm away from laptops';

/** The structured answer fits the tool's own strict schema, and the text carries the same JSON. */
function structured(name: string, outcome: ToolOutcome): Record<string, unknown> {
  expect(outcome.isError, outcome.content[0]?.text).toBeFalsy();
  const schema = TOOLS.find((tool) => tool.name === name)?.output;
  expect(schema?.safeParse(outcome.structuredContent).error).toBeUndefined();
  expect(JSON.parse(outcome.content.at(-1)?.text ?? '')).toEqual(outcome.structuredContent);
  return outcome.structuredContent as Record<string, unknown>;
}

describe.each(TRANSPORTS)('$name', ({ era, connect }) => {
  let client: TestClient;
  let analysisId: string;
  let ruleId: string;

  const call = async (name: string, args: Record<string, unknown> = {}) =>
    structured(name, await client.call(name, args));

  beforeAll(async () => {
    client = await connect(url);
    // From now on the client itself checks every answer against the tool's output schema.
    await client.raw.listTools();
  });
  afterAll(() => client.close());

  it('speaks its generation and lists every tool in order', async () => {
    expect(client.era).toBe(era);
    const { tools } = await client.raw.listTools();
    expect(tools.map((tool) => tool.name)).toEqual(TOOLS.map((tool) => tool.name));
    expect(client.raw.getInstructions()).toContain('analyze_image');
  });

  it('create_rule previews, stores and warns of conflicts', async () => {
    const preview = await call('create_rule', { text: SENTENCE, dry_run: true });
    expect(preview).toMatchObject({ stored: false, rule: { canonical: expect.stringContaining('150 mm') } });
    const created = await call('create_rule', { sentence: SENTENCE, priority: 9 });
    expect(created).toMatchObject({ stored: true, rule: { priority: 9, enabled: true } });
    ruleId = (created.rule as { rule_id: string }).rule_id;
    const again = await call('create_rule', { text: SENTENCE, dry_run: true });
    expect(again.conflicts).not.toHaveLength(0);
    const byHand = await call('create_rule', {
      conditions: [{ object1: 'mug', object2: 'keyboard', operator: 'min_distance', value: 100, unit: 'mm' }],
      dry_run: true,
    });
    expect(byHand).toMatchObject({ stored: false, rule: { source: 'manual' } });
  });

  it('analyze_image answers and reports its stages', async () => {
    const stages: Progress[] = [];
    const outcome = await client.call(
      'analyze_image',
      { path: 'desk.jpg', calibration: { mm_per_pixel: 0.5 } },
      { onprogress: (progress) => stages.push(progress) },
    );
    const answer = structured('analyze_image', outcome);
    analysisId = answer.analysis_id as string;
    expect(outcome.content[0]?.text).toContain(`violated · ${ruleId} · mug-1, laptop-2 · `);
    expect(outcome.content[0]?.text).toContain('get_annotated_image');
    expect(stages.map((stage) => stage.message)).toContain('reading the image');
  });

  it('analyze_image takes detections of the caller', async () => {
    const answer = await call('analyze_image', {
      detections: [{ class: 'cup', bbox: [1, 2, 30, 40] }],
      size: { width: 640, height: 480 },
      detail: 'full',
    });
    expect(answer).toMatchObject({
      analysis: { model: null, detections: [{ class: 'mug', source_class: 'cup' }] },
    });
  });

  it('takes what clients write in other words, and refuses what contradicts itself', async () => {
    const answer = await call('analyze_image', {
      image: null,
      detections: '[{"label":"cup","score":"0.9","box":{"xmin":1,"ymin":2,"xmax":30,"ymax":40}}]',
      size: '{"width":640,"height":480}',
      calibration: { mm_per_pixel: '0.5', sigma: null },
      zones: null,
      detail: 'full',
    });
    expect(answer).toMatchObject({
      analysis: {
        detections: [{ source_class: 'cup', confidence: 0.9, bbox: [1, 2, 30, 40] }],
        calibration: { mm_per_pixel: 0.5 },
      },
    });
    expect(await call('analyze_batch', { photo: 'a.jpg' })).toMatchObject({ successful: 1 });
    const both = await client.call('analyze_image', { image: 'a.jpg', file_path: 'b.jpg' });
    expect(both.isError).toBe(true);
    expect(both.content[0]?.text).toContain('"image" says "a.jpg", "file_path" says "b.jpg"');
  });

  it('analyze_batch keeps good images beside bad ones', async () => {
    const answer = await call('analyze_batch', { images: ['a.jpg', 'missing.jpg', 'b.jpg'], mm_per_pixel: 0.5 });
    expect(answer).toMatchObject({
      successful: 2,
      failed: 1,
      results: [{ index: 0 }, { index: 2 }],
      errors: [{ index: 1, code: 'VALIDATION_006' }],
    });
  });

  it('get_analysis reads one and lists the recent', async () => {
    const summary = await call('get_analysis', { id: analysisId });
    expect(summary).toMatchObject({ analysis_id: analysisId, open: [{ verdict: 'violated' }], mugs: [{}] });
    const full = await call('get_analysis', { id: analysisId, detail: 'full' });
    expect(full).toMatchObject({ analysis_id: analysisId, analysis: { rules: [{ verdict: 'violated' }] } });
    const recent = await call('get_analysis', { limit: 2 });
    expect(recent.recent).toHaveLength(2);
  });

  it('get_annotated_image answers a small image and a link, nothing structured', async () => {
    const outcome = await client.call('get_annotated_image', { analysis_id: analysisId });
    expect(outcome.content.map((block) => block.type)).toEqual(['text', 'image', 'resource_link']);
    expect(outcome.structuredContent).toBeUndefined();
    const { contents } = await client.raw.readResource({ uri: outcome.content[2]?.uri as string });
    expect(contents[0]).toMatchObject({ mimeType: 'image/jpeg', blob: outcome.content[1]?.data });
  });

  it('test_rule tries a stored rule and a sentence', async () => {
    const before = await call('get_analysis', {});
    const stored = await call('test_rule', { rule_id: ruleId, image: 'a.jpg', calibration: { mm_per_pixel: 0.5 } });
    expect(stored).toMatchObject({
      rule_id: ruleId,
      verdict: 'violated',
      violations: [{ measured_mm: 127.4, required_mm: 152.4, shortfall_mm: 25 }],
    });
    const tried = await call('test_rule', { text: 'mugs 90 mm from laptops', image: 'a.jpg' });
    expect(tried).toMatchObject({ rule_id: null, verdict: 'uncertain', counts: { uncertain: 1 }, mm_per_pixel: null });
    expect((await call('get_analysis', {})).total).toBe(before.total);
  });

  it('update_rule edits, switches, deletes and restores', async () => {
    const change = (args: Record<string, unknown>) => call('update_rule', { rule_id: ruleId, ...args });
    expect(await change({ action: 'disable', reason: 'tidy' })).toMatchObject({ rule: { enabled: false } });
    expect(await change({ action: 'enable' })).toMatchObject({ rule: { enabled: true } });
    expect(await change({ text: 'mugs 200 mm from laptops', priority: 4 })).toMatchObject({
      rule: { priority: 4, conditions: [{ value: 200 }] },
    });
    expect(await change({ action: 'delete' })).toMatchObject({ deleted: true });
    expect(await change({ action: 'restore', version: 1 })).toMatchObject({ rule: { priority: 9 } });
    const { rules } = (await call('list_rules', { enabled: true })) as { rules: { rule_id: string }[] };
    expect(rules.map((rule) => rule.rule_id)).toContain(ruleId);
    await change({ action: 'delete' });
  });

  it('calibrate stores and deletes what list_calibrations lists', async () => {
    const size = { width: 640, height: 480 };
    const created = await call('calibrate', { name: 'desk camera', ...size, calibration: { mm_per_pixel: 0.5 } });
    const { calibration_id } = created.calibration as { calibration_id: string };
    const { calibrations } = (await call('list_calibrations')) as { calibrations: { calibration_id: string }[] };
    expect(calibrations.map((one) => one.calibration_id)).toContain(calibration_id);
    expect(await call('calibrate', { action: 'delete', calibration_id })).toEqual({ deleted: calibration_id });
  });

  it('get_metrics tells what was measured', async () => {
    expect(await call('get_metrics')).toMatchObject({ inference_ms: { mean: null }, model: { name: 'fake' } });
  });

  it('answers failures with code, cause and way out', async () => {
    const bad = async (name: string, args: Record<string, unknown>) => {
      const outcome = await client.call(name, args);
      expect(outcome.isError).toBe(true);
      return outcome.content[0]?.text ?? '';
    };
    expect(await bad('analyze_image', {})).toMatch(/^VALIDATION_001 .*\nWhat to do: Pass "image"/);
    expect(await bad('analyze_image', { image: 'missing.jpg' })).toContain('VALIDATION_006');
    expect(await bad('analyze_image', { image: 'a.jpg', strategy: 'fast' })).toContain('safety_first, balanced');
    expect(await bad('analyze_image', { image: 'a.jpg', colour: 'red' })).toContain('known_arguments');
    expect(await bad('analyze_image', { image: 'busy.jpg' })).toContain('retry_after_s: 7');
    const crash = await bad('analyze_image', { image: 'crash.jpg' });
    expect(crash).toMatch(/SYSTEM_003.*\n.*\nrequest_id: req_/);
    expect(crash).not.toContain('secret');
    expect(await bad('create_rule', { text: 'be nice' })).toContain('Keep mugs at least 150 mm away from laptops');
    expect(await bad('get_analysis', { analysis_id: 'ana_none' })).toContain('ANALYSIS_008');
    expect(await bad('analyze_batch', { images: Array(11).fill('a.jpg') })).toContain('TOO_MANY_FILES');
  });

  it('refuses unknown tools, resources and prompts as protocol errors', async () => {
    await expect(client.call('no_such_tool', {})).rejects.toMatchObject({ code: -32602 });
    await expect(client.raw.readResource({ uri: 'rule://rule_none' })).rejects.toMatchObject({ code: -32602 });
    await expect(client.raw.getPrompt({ name: 'nothing' })).rejects.toMatchObject({ code: -32602 });
  });
});
