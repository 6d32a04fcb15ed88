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
    await vi.waitFor(async () => expect(await audit(first)).toContainEqual(['delegation_refused', 'second']), 20_000);
    expect(await audit(first)).toEqual([
      ['delegation_refused', 'second'],
      ['delegated', 'second'],
    ]);
    expect(await audit(second)).toEqual([['delegated', 'first']]);
    await vi.waitFor(async () => {
      const { body } = await second.ask('GET', '/api/v1/delegations');
      expect(body).toMatchObject([{ peer: 'first', depth: 2, state: 'completed' }]);
    }, 20_000);
    const { body } = await first.ask('GET', '/api/v1/delegations');
    expect(body).toMatchObject([{ peer: 'second', depth: 1, state: 'completed', started_by: 'hook' }]);
    expect(body[0].artifacts[0].data ?? body[0].artifacts[1].data).toBeDefined();
  } finally {
    for (const server of servers) await server.close();
  }
}, 60_000);
