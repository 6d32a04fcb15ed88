import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Compute } from '../../src/analysis/away/compute.ts';
import { openTracing } from '../../src/app/open-tracing.ts';
import { loadConfig } from '../../src/config/config.ts';
import { jobRunner } from '../../src/gateway/worker/run-job.ts';
import { peerFetch } from '../../src/peer-agents/peer-fetch.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { LogLimit } from '../../src/telemetry/log-limit.ts';
import { traced, traceparent } from '../../src/telemetry/trace/spans.ts';
import { readTraceparent, writeTraceparent } from '../../src/telemetry/trace/traceparent.ts';
import { modern } from '../gateway/raw-http.ts';
import { EXAMPLES, form, type RestServer, startRest } from '../gateway/rest/rest-server.ts';
import { Collector, newTrace, wayUp } from '../support/otlp.ts';
import { Receiver, until } from '../support/receiver.ts';

/** Nothing of another server of ours comes. */
const NO_WORK: Compute = {
  answer: () => Promise.reject(new Error('no work')),
  introduction: () => Promise.reject(new Error('no work')),
};
const PHOTO = readFileSync(join(EXAMPLES, 'mug-too-close.jpg'));
const photo = () => form({}, [['image', 'desk.jpg', PHOTO]]);
const ROUTE = 'POST /api/v1/analyze/with-feedback';

describe('traceparent', () => {
  const ids = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', flags: 1 };
  const text = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

  it('is read and written as W3C has it', () => {
    expect(readTraceparent(text)).toEqual(ids);
    expect(writeTraceparent(ids)).toBe(text);
    expect(readTraceparent(text.replace(/01$/, '02'))).toEqual({ ...ids, flags: 0 });
    expect(readTraceparent(`cc${text.slice(2)}-what-comes-later`)).toEqual(ids);
  });

  it.each([
    '',
    `${text}-more`,
    text.toUpperCase(),
    text.replace('00-', 'ff-'),
    text.replace('b7ad6b7169203331', '0000000000000000'),
    text.replace('0af7651916cd43dd8448eb211c80319c', '0'.repeat(32)),
    `${text.slice(2)}`,
    `cc${text.slice(2)}-${'x'.repeat(300)}`,
    ['00', text],
    null,
    7,
  ])('is nothing where it is not: %s', (given) => expect(readTraceparent(given)).toBeNull());
});

describe('with a collector', () => {
  const collector = new Collector();
  let server: RestServer;
  beforeAll(async () => {
    await collector.start();
    server = await startRest({
      OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.url}/`,
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20a-token,x-tenant=desk',
    });
  });
  afterAll(async () => {
    await server.close();
    await collector.stop();
  });

  it('one trace has all of an analysis over REST, under the span of its caller', { timeout: 60_000 }, async () => {
    const { traceId, spanId, traceparent } = newTrace();
    const { status } = await server.ask('POST', '/api/v1/analyze/with-feedback', photo(), { traceparent });
    expect(status).toBe(200);
    await until(() => collector.of(traceId).some(({ name }) => name === ROUTE), 20_000);
    const spans = collector.of(traceId);
    const root = spans.find(({ name }) => name === ROUTE)!;
    expect(root).toMatchObject({
      parentSpanId: spanId,
      service: 'h200-mug',
      failed: false,
      attributes: { 'http.response.status_code': 200, 'http.route': '/api/v1/analyze/with-feedback' },
    });
    for (const name of ['analysis', 'model', 'store photo', 'store']) {
      const span = spans.find((one) => one.name === name);
      expect([name, span && wayUp(spans, span).at(-1)]).toEqual([name, ROUTE]);
    }
    expect(wayUp(spans, spans.find(({ name }) => name === 'model')!)).toEqual(['model', 'analysis', ROUTE]);
    expect(spans.find(({ name }) => name === 'model')?.attributes).toMatchObject({ 'h200.model': 'desk-detector' });
    expect(collector.headers[0]).toMatchObject({ authorization: 'Bearer a-token', 'x-tenant': 'desk' });
  });

  it('a failure is one with its code, and what was sent is in no span', async () => {
    const { traceId, traceparent } = newTrace();
    const body = form({ rules_context: 'canary-in-a-field' }, [['image', 'canary-name.jpg', Buffer.from('canary')]]);
    expect((await server.ask('POST', '/api/v1/analyze/with-feedback', body, { traceparent })).status).toBe(415);
    await until(() => collector.of(traceId).some(({ name }) => name === ROUTE), 20_000);
    expect(collector.of(traceId).find(({ name }) => name === 'analysis')).toMatchObject({
      failed: true,
      attributes: { 'error.type': expect.stringMatching(/^VALIDATION_/) },
    });
    expect(JSON.stringify(collector.spans)).not.toMatch(/canary|a-token/);
  });

  it('MCP: _meta goes before the header, and the tool is a span', { timeout: 60_000 }, async () => {
    const [inMeta, inHeader] = [newTrace(), newTrace()];
    const call = (meta: object, header: string) => {
      const { method, headers, body } = modern('tools/call', { name: 'list_rules', arguments: {} });
      const request = JSON.parse(body);
      Object.assign(request.params._meta, meta);
      return server.ask(method, '/mcp', JSON.stringify(request), { ...headers, traceparent: header });
    };
    const asked = await call({ traceparent: inMeta.traceparent }, inHeader.traceparent);
    expect(asked.status).toBe(200);
    await until(() => collector.of(inMeta.traceId).length > 0 && collector.of(inHeader.traceId).length > 0, 20_000);
    expect(collector.of(inMeta.traceId)).toMatchObject([{ name: 'tool list_rules', parentSpanId: inMeta.spanId }]);
    expect(collector.of(inHeader.traceId).map(({ name }) => name)).toEqual(['POST /mcp']);
    const bare = newTrace();
    await call({}, bare.traceparent);
    await until(() => collector.of(bare.traceId).length === 2, 20_000);
    const spans = collector.of(bare.traceId);
    expect(wayUp(spans, spans.find(({ name }) => name === 'tool list_rules')!)).toEqual([
      'tool list_rules',
      'POST /mcp',
    ]);
  });

  it('what a caller does not want recorded is not, and health is never', async () => {
    const quiet = newTrace('00');
    await server.ask('GET', '/api/v1/rules', undefined, { traceparent: quiet.traceparent });
    const [health, loud] = [newTrace(), newTrace()];
    await server.ask('GET', '/health', undefined, { traceparent: health.traceparent });
    await server.ask('GET', '/api/v1/rules', undefined, { traceparent: loud.traceparent });
    await until(() => collector.of(loud.traceId).length === 1, 20_000);
    expect(collector.of(quiet.traceId)).toEqual([]);
    expect(collector.of(health.traceId)).toEqual([]);
  });

  it('a job of RunPod goes on with the trace of its input', async () => {
    const { traceId, spanId, traceparent } = newTrace();
    const run = jobRunner(server.services.analyses, NO_WORK, null);
    const image_url = `data:image/jpeg;base64,${readFileSync(join(EXAMPLES, 'all-fine.jpg')).toString('base64')}`;
    await run({ image_url, traceparent }, {});
    await until(() => collector.of(traceId).some(({ name }) => name === 'job'), 20_000);
    const spans = collector.of(traceId);
    expect(spans.find(({ name }) => name === 'job')?.parentSpanId).toBe(spanId);
    expect(wayUp(spans, spans.find(({ name }) => name === 'model')!)).toEqual(['model', 'analysis', 'job']);
  });

  it('a peer that is asked is told the trace, and lines of the log name it', async () => {
    const peer = await new Receiver().start();
    const lines: string[] = [];
    const log = createLog('info', {
      stream: { write: (line) => void lines.push(line) },
      limit: new LogLimit(() => {}),
    });
    const { traceId, traceparent: given } = newTrace();
    const ask = peerFetch({ card_url: peer.url }, async () => ({}), AbortSignal.timeout(20_000));
    await traced('outer', { parent: readTraceparent(given) }, async () => {
      log.info('inside');
      await ask(peer.url);
    });
    log.info('outside');
    await peer.stop();
    expect(peer.calls[0]?.headers.traceparent).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`));
    const [inside, outside] = lines.map((line) => JSON.parse(line));
    expect(inside).toMatchObject({ trace_id: traceId, span_id: expect.stringMatching(/^[0-9a-f]{16}$/) });
    expect(outside).not.toHaveProperty('trace_id');
  });
});

describe('without', () => {
  let close = async () => {};
  beforeEach(() => {
    close = async () => {};
  });
  afterEach(() => close());

  it('nothing is traced, and work is done all the same', async () => {
    ({ close } = await openTracing(loadConfig({})));
    expect(await traced('x', {}, async () => traceparent() ?? 'none')).toBe('none');
  });

  it('a share of 0 records nothing that begins here', async () => {
    const collector = await new Collector().start();
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_TRACES_SAMPLER_ARG: '0' };
    const tracing = await openTracing(loadConfig(env));
    await traced('mine', {}, async () => expect(traceparent()).toMatch(/-00$/));
    const theirs = newTrace();
    await traced('theirs', { parent: readTraceparent(theirs.traceparent) }, async () => undefined);
    await tracing.close();
    expect(collector.spans.map(({ name }) => name)).toEqual(['theirs']);
    await collector.stop();
  });

  it('a collector that is not there, or never answers, holds nothing up', async () => {
    const silent = new Receiver();
    silent.behaviour = () => 'hang';
    await silent.start();
    for (const endpoint of ['http://127.0.0.1:9', new URL('/', silent.url).href]) {
      const tracing = await openTracing(loadConfig({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }));
      for (let n = 0; n < 3000; n += 1) await traced('many', {}, async () => undefined);
      await tracing.close();
    }
    await silent.stop();
  });
});
