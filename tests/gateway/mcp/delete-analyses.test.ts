import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MCP_SURFACE } from '../../../src/app/mcp-surface.ts';
import { createHttpGateway, type HttpGateway } from '../../../src/gateway/http/server.ts';
import { mcpPlugin } from '../../../src/gateway/mcp/http-plugin.ts';
import { localCall } from '../../support/caller.ts';
import { openJourney, plainPhoto } from '../../support/journey.ts';
import { createFakeServices } from '../fake-services.ts';
import { modern, raw } from '../raw-http.ts';

/** The tool over HTTP, with the real service and its stores behind it. */
let journey: ReturnType<typeof openJourney>;
let gateway: HttpGateway;
let url: string;
let ids: string[];
beforeEach(async () => {
  journey = openJourney();
  const bytes = await plainPhoto();
  ids = [];
  for (const context of ['office', 'kitchen', 'lab']) {
    ids.push((await journey.service.analyze(localCall, { bytes, context })).analysis_id);
  }
  const services = { ...createFakeServices(), analyses: journey.service };
  const options = { host: '127.0.0.1', port: 0, allowedHosts: [], allowedOrigins: [] };
  gateway = createHttpGateway(services, [mcpPlugin(MCP_SURFACE)], options);
  ({ url } = await gateway.listen());
});
afterEach(async () => {
  await gateway.close();
  await journey.close();
});

async function call(args: object) {
  const answer = await raw(`${url}/mcp`, modern('tools/call', { name: 'delete_analyses', arguments: args }));
  return JSON.parse(answer.body).result;
}
const stored = () => journey.records.analyses.count({});

describe('delete_analyses', () => {
  it('counts, deletes one, and then all with their photo', async () => {
    const dry = await call({ all: true, dry_run: true });
    expect(dry.structuredContent).toEqual({ deleted: 3, remaining: 0, complete: true, dry_run: true });
    expect(await stored()).toBe(3);
    const one = await call({ analysis_id: ids[1] });
    expect(one.structuredContent).toEqual({ deleted: 1, remaining: 2, complete: true, dry_run: false });
    expect(one.content[0].text).toBe('Analyses deleted with their photos: 1. Remaining: 2.');
    expect((await call({ analysis_id: ids[1] })).content[0].text).toContain('ANALYSIS_008');
    const old = await call({ older_than_days: 1 });
    expect(old.structuredContent).toEqual({ deleted: 0, remaining: 2, complete: true, dry_run: false });
    expect((await call({ all: true })).structuredContent.remaining).toBe(0);
    expect(await stored()).toBe(0);
    for await (const key of journey.blobs.list({ prefix: '', olderThanMs: -60_000 })) expect.unreachable(key);
  });

  it.each([
    {},
    { all: false },
    { dry_run: true },
    { all: true, older_than_days: 3 },
    { analysis_id: 'ana_1', all: true },
  ])('deletes nothing unless exactly one thing is said: %j', async (args) => {
    const refused = await call(args);
    expect(refused.isError).toBe(true);
    expect(refused.content[0].text).toContain('VALIDATION_001');
    expect(await stored()).toBe(3);
  });

  it.each([{ older_than_days: 0 }, { older_than_days: 1.5 }, { analysis_id: '../x' }, { all: 'all of them' }])(
    'refuses %j',
    async (args) => {
      expect((await call(args)).isError).toBe(true);
      expect(await stored()).toBe(3);
    },
  );
});
