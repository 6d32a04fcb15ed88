import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StdioClientTransport as NewStdio } from '@modelcontextprotocol/client/stdio';
import { StdioClientTransport as OldStdio } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Analysis } from '../../src/contract/analysis.ts';
import { connectNew, connectOld, type TestClient, TRANSPORTS } from '../gateway/clients.ts';
import { testAsset } from '../support/assets.ts';
import { PROGRAM, runProgram, start, waitForLine } from '../support/program.ts';

const wholeOf = (outcome: { structuredContent?: Record<string, unknown> }) =>
  outcome.structuredContent?.analysis as unknown as Analysis;

/** The built program with its real parts, seen through every transport by clients of both generations. */
const models = testAsset('models');
const photo = testAsset('photos', 'other', 'jetson_desk.jpg');
const MODERN = { pin: '2026-07-28' };

let folder: string;
let env: Record<string, string>;
let server: ChildProcess;
let url: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'h200-transports-'));
  if (photo) copyFileSync(photo, join(folder, 'desk.jpg'));
  env = {
    ...(process.env as Record<string, string>),
    H200_DATA_DIR: join(folder, 'data'),
    H200_ALLOWED_ROOTS: folder,
    LOG_LEVEL: 'warn',
    ...(models && { H200_MODELS_DIR: models }),
  };
  server = start(['serve', '--port', '0'], { env });
  url = (await waitForLine(server, /listens on (http:\S+)/))[1] as string;
});
afterAll(() => {
  server.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

const stdio = () => ({ command: process.execPath, args: [PROGRAM, 'stdio'], env, stderr: 'ignore' as const });
const transports = [
  { name: 'stdio, modern', connect: () => connectNew(new NewStdio(stdio()), MODERN) },
  { name: 'stdio, client 1', connect: () => connectOld(new OldStdio(stdio())) },
  ...TRANSPORTS.filter((d) => !d.name.startsWith('stdio')).map((d) => ({
    name: d.name,
    connect: () => d.connect(url),
  })),
];
const DETECTIONS = [
  { class: 'cup', bbox: [190, 240, 280, 325] },
  { class: 'laptop', bbox: [310, 130, 625, 350] },
];

describe.each(transports)('$name', ({ connect }) => {
  let client: TestClient;
  beforeAll(async () => {
    client = await connect();
    await client.raw.listTools();
  });
  afterAll(() => client.close());

  it('measures what the caller detected, checks the rule and offers a verified move', async () => {
    const made = await client.call('create_rule', { text: 'Keep mugs at least 6 inches away from laptops' });
    expect(made.isError, made.content[0]?.text).toBeFalsy();
    const outcome = await client.call('analyze_image', {
      detections: DETECTIONS,
      size: { width: 640, height: 480 },
      calibration: { mm_per_pixel: 1, sigma: 0.01 },
      detail: 'full',
    });
    expect(outcome.isError, outcome.content[0]?.text).toBeFalsy();
    const { rules, positioning } = wholeOf(outcome);
    expect(rules.some((v) => v.verdict === 'violated' && v.required === 152.4)).toBe(true);
    expect(positioning?.adjustments_needed[0]).toMatchObject({ object_id: 'mug-1', verified: true });
  });

  it.skipIf(!models || !photo)('finds the mug on a photo with the real model, and shows it', async () => {
    const outcome = await client.call('analyze_image', { image: join(folder, 'desk.jpg'), detail: 'full' });
    expect(outcome.isError, outcome.content[0]?.text).toBeFalsy();
    const analysis = wholeOf(outcome);
    expect(analysis.detections.length).toBeGreaterThan(0);
    expect(analysis.model?.provider).toBe('cpu');
    const annotated = await client.call('get_annotated_image', { analysis_id: analysis.analysis_id });
    const image = annotated.content.find((c) => c.type === 'image');
    expect(Buffer.from(image?.data ?? '', 'base64').length).toBeLessThan(200_000);
    expect(image?.mimeType).toMatch(/^image\/(jpeg|webp)$/);
  });

  it('says what to do about a file it may not read', async () => {
    const outcome = await client.call('analyze_image', { image: '/etc/passwd' });
    expect(outcome.isError).toBe(true);
    expect(outcome.content[0]?.text).toContain('VALIDATION_007');
  });
});

it('writes nothing but JSON-RPC on stdout, whatever comes in', async () => {
  const request = (id: number, method: string, params: object) =>
    JSON.stringify({ jsonrpc: '2.0', id, method, params });
  const initialize = {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'raw', version: '1' },
  };
  const input = [
    request(1, 'initialize', initialize),
    JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' }),
    'this is not JSON',
    '{"jsonrpc":"1.0","id":2,"method":"ping"}',
    request(3, 'tools/call', { name: 'no_such_tool', arguments: {} }),
    request(4, 'tools/call', { name: 'analyze_image', arguments: { image: 7 } }),
    request(5, 'tools/call', { name: 'analyze_image', arguments: { image: 'data:image/png;base64,AAAA' } }),
    request(6, 'tools/list', {}),
    '',
  ].join('\n');
  const { stdout, status } = await runProgram(['stdio'], { env: { ...env, LOG_LEVEL: 'trace' }, input });
  const lines = stdout
    .trim()
    .split('\n')
    .map((text) => JSON.parse(text) as { jsonrpc: string; id?: number });
  expect(lines.every((l) => l.jsonrpc === '2.0')).toBe(true);
  expect(lines.map((l) => l.id)).toEqual(expect.arrayContaining([1, 3, 4, 6]));
  expect(status).toBe(0);
});

it('ends by itself on SIGTERM although a stream is open', async () => {
  const own = start(['serve', '--port', '0'], { env: { ...env, H200_DATA_DIR: join(folder, 'other') } });
  const address = (await waitForLine(own, /listens on (http:\S+)/))[1] as string;
  const stream = await fetch(`${address}/sse`);
  expect(stream.status).toBe(200);
  own.kill('SIGTERM');
  const [status] = (await once(own, 'close')) as [number];
  expect(status).toBe(0);
  await stream.body?.cancel().catch(() => {});
});
