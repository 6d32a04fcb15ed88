import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { EXAMPLES, type RestServer, startRest } from '../rest/rest-server.ts';

const PASSWORD = 'correct horse battery';
const image = join(EXAMPLES, 'mug-too-close.jpg');
let server: RestServer;
let admin: Record<string, string>;
const login = async (username: string) => {
  const { body } = await server.ask('POST', '/api/v1/auth/login', { username, password: PASSWORD });
  return { authorization: `Bearer ${body.access_token}` };
};
beforeAll(async () => {
  server = await startRest({ H200_ADMIN_USERNAME: 'admin', H200_ADMIN_PASSWORD: PASSWORD });
  admin = await login('admin');
});
afterAll(() => server.close());

async function user(username: string) {
  const given = { username, password: PASSWORD, role: 'manager', must_change_password: false };
  const { body } = await server.ask('POST', '/api/v1/users', given, admin);
  return { id: body.user_id as string, headers: await login(username) };
}
const analyse = async (headers: Record<string, string>): Promise<string> =>
  (await server.ask('POST', '/api/v1/analyze/with-feedback', { image }, headers)).body.analysis_id;
const linkOf = async (id: string, headers: Record<string, string>, of: string): Promise<string> =>
  (await server.ask('GET', `/api/v1/analyze/results/${id}/link?of=${of}`, undefined, headers)).body.url;
const statuses = (urls: string[]) => Promise.all(urls.map(async (url) => (await fetch(url)).status));

it('a link ends with its analysis although the photo is that of another one, and stays so', async () => {
  const [carol, dave] = [await user('carol'), await user('dave')];
  const [hers, his] = [await analyse(carol.headers), await analyse(dave.headers)];
  const links = [await linkOf(hers, carol.headers, 'photo'), await linkOf(hers, carol.headers, 'annotated')];
  const other = await linkOf(his, dave.headers, 'photo');
  expect(await statuses([...links, other])).toEqual([200, 200, 200]);
  await server.ask('DELETE', `/api/v1/analyze/results/${hers}`, undefined, carol.headers);
  expect(await statuses([...links, other])).toEqual([404, 404, 200]);
  await server.ask('DELETE', `/api/v1/analyze/results/${his}`, undefined, dave.headers);
  await analyse(dave.headers);
  expect(await statuses([...links, other])).toEqual([404, 404, 404]);
});

it('a link ends with the user who asked for it, removed or disabled', async () => {
  for (const [name, method, body] of [
    ['erin', 'DELETE', undefined],
    ['frank', 'PATCH', { disabled: true }],
  ] as const) {
    const { id, headers } = await user(name);
    const link = await linkOf(await analyse(headers), headers, 'photo');
    expect(await statuses([link])).toEqual([200]);
    const { status } = await server.ask(method, `/api/v1/users/${id}`, body, admin);
    expect(status).toBeLessThan(300);
    expect([name, await statuses([link])]).toEqual([name, [404]]);
  }
});
