import { join } from 'node:path';
import sharp from 'sharp';
import { expect, it, vi } from 'vitest';
import { EXAMPLES, form, type RestServer, startRest } from '../gateway/rest/rest-server.ts';
import { freePort } from '../support/free-port.ts';

/** A photo as a camera makes it: what is handed on lacks its metadata, and is another file. */
const withExif = () =>
  sharp(join(EXAMPLES, 'mug-too-close.jpg'))
    .withExif({ IFD0: { Make: 'a camera' } })
    .toBuffer();

const peer = (port: number, name: string, hooks: object[] = []) =>
  JSON.stringify([{ name, card_url: `http://127.0.0.1:${port}/.well-known/agent-card.json`, hooks }]);

it('two of ours that hand every photo on to each other: refused where it comes back, and audited', async () => {
  const ports = [await freePort(), await freePort()] as const;
  const hooks = [{ on: 'analysis', send: 'photo', skill: 'analyse_desk' }];
  // What an agent has analysed already comes from its cache, and ends the loop too.
  const photo = await withExif();
  const servers: RestServer[] = [];
  try {
    servers.push(await startRest({ H200_PEERS: peer(ports[1], 'second', hooks) }, undefined, { port: ports[0] }));
    servers.push(await startRest({ H200_PEERS: peer(ports[0], 'first', hooks) }, undefined, { port: ports[1] }));
    const [first, second] = servers as [RestServer, RestServer];
    const sent = form({}, [['image', 'desk.jpg', photo]]);
    const { status } = await first.ask('POST', '/api/v1/analyze/with-feedback', sent);
    expect(status).toBe(200);
    const audit = async (server: RestServer) =>
      (await server.ask('GET', '/api/v1/audit')).body.map((l: { event: string; target: string }) => [
        l.event,
        l.target,
      ]);
    await vi.waitFor(async () => expect(await audit(first)).toContainEqual(['delegation_refused', 'second']), 60_000);
    expect(await audit(first)).toEqual([
      ['delegation_refused', 'second'],
      ['delegated', 'second'],
    ]);
    expect(await audit(second)).toEqual([['delegated', 'first']]);
    await vi.waitFor(async () => {
      const { body } = await second.ask('GET', '/api/v1/delegations');
      expect(body).toMatchObject([{ peer: 'first', depth: 2, state: 'completed' }]);
    }, 60_000);
    await vi.waitFor(async () => {
      const { body } = await first.ask('GET', '/api/v1/delegations');
      expect(body).toMatchObject([{ peer: 'second', depth: 1, state: 'completed', started_by: 'hook' }]);
      expect(body[0].artifacts[0].data ?? body[0].artifacts[1].data).toBeDefined();
    }, 60_000);
  } finally {
    for (const server of servers) await server.close();
  }
}, 200_000);

it.each([
  ['analysis', 1],
  ['both', 2],
] as const)(
  'an analysis that is handed on (%s) is judged by the rules of who gets it',
  async (send, parts) => {
    const ports = [await freePort(), await freePort()] as const;
    const hooks = [{ on: 'analysis', send }];
    const servers: RestServer[] = [];
    try {
      servers.push(await startRest({ H200_PEERS: peer(ports[1], 'second', hooks) }, undefined, { port: ports[0] }));
      servers.push(await startRest({}, undefined, { port: ports[1] }));
      const [first, second] = servers as [RestServer, RestServer];
      const text = 'Keep mugs at least 987 mm away from laptops';
      const { status } = await second.ask('POST', '/api/v1/rules/natural-language', { text });
      expect(status).toBe(201);
      const sent = form({}, [['image', 'desk.jpg', await withExif()]]);
      const { body: analysis } = await first.ask('POST', '/api/v1/analyze/with-feedback', sent);
      const asked = await first.ask('POST', '/api/v1/delegations', {
        ...{ peer: 'second', analysis_id: analysis.analysis_id, send },
        text: 'Is everything all right here?',
      });
      expect(asked.status).toBe(202);
      await vi.waitFor(async () => {
        const { body } = await first.ask('GET', '/api/v1/delegations');
        // Which of both was begun first is chance.
        const byWhom = (body as { started_by: string }[]).toSorted((a, b) => (a.started_by < b.started_by ? -1 : 1));
        expect(byWhom).toMatchObject([
          { started_by: 'caller', state: 'completed', error: null },
          { started_by: 'hook', state: 'completed', error: null },
        ]);
        for (const { artifacts } of body) {
          const { data } = artifacts.find((one: { data?: unknown }) => one.data !== undefined);
          expect(JSON.stringify(data)).toContain('987');
        }
      }, 60_000);
      const { body: judged } = await second.ask('GET', '/api/v1/analyze/history');
      expect(judged.length).toBeGreaterThan(0);
      const { body: one } = await second.ask('GET', `/api/v1/analyze/results/${judged[0].analysis_id}`);
      expect(one.objects.map((o: { bbox: number[] }) => o.bbox)).toEqual(
        analysis.objects.map((o: { bbox: number[] }) => o.bbox),
      );
      expect([one.model, one.image.sha256 === null ? 1 : 2]).toEqual([null, parts]);
    } finally {
      for (const server of servers) await server.close();
    }
  },
  200_000,
);
