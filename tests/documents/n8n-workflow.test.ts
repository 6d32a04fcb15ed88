import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { bodyOf } from '../../src/events/channels/envelope.ts';
import { signature } from '../../src/events/channels/webhook.ts';
import { TOOLS } from '../../tools/index.ts';

/** As n8n exports workflows; of the nodes what their descriptions of 2.41 ask for. */
const Node = z.strictObject({
  id: z.uuid(),
  name: z.string(),
  type: z.string(),
  typeVersion: z.number(),
  position: z.tuple([z.number(), z.number()]),
  webhookId: z.uuid().optional(),
  parameters: z.record(z.string(), z.unknown()),
});
const Workflow = z.strictObject({
  // `n8n import:workflow` demands one.
  id: z.string().regex(/^[A-Za-z0-9]{16}$/),
  name: z.string(),
  nodes: z.array(Node),
  connections: z.record(
    z.string(),
    z.strictObject({
      main: z.array(z.array(z.strictObject({ node: z.string(), type: z.literal('main'), index: z.int() }))),
    }),
  ),
  active: z.literal(false),
  settings: z.strictObject({ executionOrder: z.literal('v1') }),
  pinData: z.strictObject({}),
  tags: z.array(z.never()),
});
const text = readFileSync(new URL('../../examples/n8n/desk-rules.json', import.meta.url), 'utf8');
const workflow = Workflow.parse(JSON.parse(text));
const nodeOf = (type: string) => workflow.nodes.find((one) => one.type.endsWith(`.${type}`))!;
const SECRET = 'a secret of sixteen characters';

/** What the Code node makes of a call. */
async function run(headers: Record<string, string>, raw: string): Promise<{ json: { event_id: string } }[]> {
  const { jsCode } = nodeOf('code').parameters as { jsCode: string };
  const AsyncFunction = (async () => undefined).constructor as FunctionConstructor;
  const code = new AsyncFunction('$input', '$env', 'require', 'Buffer', jsCode);
  const helpers = { getBinaryDataBuffer: async () => Buffer.from(raw) };
  const $input = { all: () => [{ json: { headers, body: JSON.parse(raw) } }] };
  return code.call({ helpers }, $input, { H200_WEBHOOK_SECRET: SECRET }, createRequire(import.meta.url), Buffer);
}

describe('the workflow for n8n', () => {
  it('is whole: every connection leads from a node to a node, and all are reached', () => {
    const names = workflow.nodes.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const reached = Object.values(workflow.connections).flatMap(({ main }) => main.flat().map(({ node }) => node));
    for (const name of [...Object.keys(workflow.connections), ...reached]) expect(names).toContain(name);
    expect([nodeOf('webhook').name, ...reached].toSorted()).toEqual(names.toSorted());
  });

  it('takes POST, and calls a tool that there is with arguments that it takes', () => {
    expect(nodeOf('webhook').parameters).toMatchObject({ httpMethod: 'POST', options: { rawBody: true } });
    // Answered once all is done: what fails there is sent again.
    expect(nodeOf('webhook').parameters).toMatchObject({ responseMode: 'lastNode' });
    const { endpointUrl, serverTransport, tool, jsonInput } = nodeOf('mcpClient').parameters;
    expect(endpointUrl).toBe('http://localhost:8000/mcp');
    expect(serverTransport).toBe('httpStreamable');
    const named = TOOLS.find(({ name }) => name === (tool as { value: string }).value);
    expect(named?.name).toBe('get_analysis');
    expect(jsonInput).toContain('analysis_id: $json.data.analysis_id');
  });

  it('reads what we sign, one event or many, and nothing else', async () => {
    const event = (n: number) => ({
      event_id: `evt_${n}`,
      event_type: 'rule_triggered',
      timestamp: '2026-01-01T00:00:00.000Z',
      owner: 'ann',
      severity: 'warning' as const,
      data: { analysis_id: 'ana_1', name: 'Ünïcode' },
    });
    const timestamp = String(Math.floor(Date.now() / 1000));
    for (const events of [[event(1)], [event(1), event(2)]]) {
      const { body } = bodyOf(events);
      const headers = {
        'x-h200-timestamp': timestamp,
        'x-h200-signature': `sha256=${signature(SECRET, timestamp, body)}`,
      };
      expect((await run(headers, body)).map(({ json }) => json.event_id)).toEqual(events.map((one) => one.event_id));
      await expect(run(headers, body.replace('ana_1', 'ana_2'))).rejects.toThrow('signature');
      await expect(run({ ...headers, 'x-h200-timestamp': '1' }, body)).rejects.toThrow('signature');
      await expect(run({}, body)).rejects.toThrow('signature');
    }
  });
});
