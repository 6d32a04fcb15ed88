import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RestServer, startRest } from './rest-server.ts';

const AUTH = '/api/v1/auth';
const ADMIN = { username: 'root', password: 'correct horse battery' };

let server: RestServer;
beforeAll(async () => {
  server = await startRest({ H200_ADMIN_USERNAME: ADMIN.username, H200_ADMIN_PASSWORD: ADMIN.password });
});
afterAll(() => server.close());

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
/** The value that a browser would keep, and how it is set. */
function setCookie(headers: Headers): { value: string; how: string } {
  const [, value = '', how = ''] = /^h200_refresh=([^;]*); (.*)$/.exec(headers.getSetCookie()[0] ?? '') ?? [];
  return { value, how };
}
const login = (more: object = {}) => server.ask('POST', `${AUTH}/login`, { ...ADMIN, browser: true, ...more });
const refresh = (cookie: string, headers: Record<string, string> = {}) =>
  server.ask('POST', `${AUTH}/refresh`, undefined, { cookie: `other=1; h200_refresh=${cookie}`, ...headers });

describe("a browser's login", () => {
  it('sets a cookie that no script and no other site has, and only where it is asked for', async () => {
    const { body, headers } = await login();
    expect(setCookie(headers).how).toBe('HttpOnly; SameSite=Strict');
    expect(body.expires_in).toBe(900);
    expect(JSON.stringify(body)).not.toContain(setCookie(headers).value);
    expect(setCookie((await login({ remember: true })).headers).how).toMatch(
      /SameSite=Strict; Max-Age=25919\d\d$|2592000$/,
    );
    const plain = await server.ask('POST', `${AUTH}/login`, ADMIN);
    expect([plain.headers.getSetCookie(), plain.body.expires_in]).toEqual([[], 86_400]);
  });

  it('goes on with each refresh, and ends by logging out', async () => {
    const first = setCookie((await login()).headers).value;
    const { status, body, headers } = await refresh(first);
    expect([status, headers.get('cache-control')]).toEqual([200, 'no-store']);
    const next = setCookie(headers).value;
    expect((await server.ask('GET', '/api/v1/rules', undefined, bearer(body.access_token))).status).toBe(200);
    const out = await server.ask(
      'POST',
      `${AUTH}/logout`,
      {},
      { ...bearer(body.access_token), cookie: `h200_refresh=${next}` },
    );
    expect(setCookie(out.headers)).toEqual({ value: '', how: expect.stringContaining('Max-Age=0') });
    const gone = await refresh(next);
    expect([gone.status, gone.body.error.code]).toEqual([401, 'AUTH_002']);
    expect(setCookie(gone.headers).how).toContain('Max-Age=0');
  });

  it('is refreshed for no page of another site, and by no other means', async () => {
    const cookie = setCookie((await login()).headers).value;
    expect((await refresh(cookie, { origin: 'https://evil.example' })).status).toBe(403);
    expect((await refresh(cookie, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await server.ask('POST', `${AUTH}/refresh`)).body.error.code).toBe('AUTH_001');
    expect((await server.ask('POST', `${AUTH}/refresh`, { h200_refresh: cookie })).body.error.code).toBe('AUTH_001');
    expect((await refresh(cookie, { 'sec-fetch-site': 'same-origin', origin: server.url })).status).toBe(200);
  });

  it('its cookie is no credential anywhere else', async () => {
    const cookie = setCookie((await login()).headers).value;
    const asked = await server.ask('GET', '/api/v1/rules', undefined, { cookie: `h200_refresh=${cookie}` });
    expect(asked.status).toBe(401);
    expect((await server.ask('GET', '/api/v1/rules', undefined, bearer(cookie))).status).toBe(401);
  });
});

describe('a ticket', () => {
  /** What a client of the control plane hears first, or the code by which it was closed. */
  const open = (query: string, first?: object) =>
    new Promise<string[]>((done) => {
      const socket = new WebSocket(`${server.url.replace('http', 'ws')}/ws/control-plane${query}`);
      const heard: string[] = [];
      if (first !== undefined) socket.onopen = () => socket.send(JSON.stringify(first));
      socket.onmessage = ({ data }) => {
        const { type, status, code } = JSON.parse(String(data));
        heard.push(type === 'error' ? code : `${type} ${status}`);
        if (heard.length === 2) {
          socket.close();
          done(heard);
        }
      };
    });

  it('opens one line, once, in the address or as a message', async () => {
    const { access_token } = (await login()).body;
    const ticket = async () => (await server.ask('POST', `${AUTH}/ws-ticket`, {}, bearer(access_token))).body.ticket;
    const one = await ticket();
    expect(await open(`?ticket=${one}`)).toEqual(['connection connected', 'auth ok']);
    expect(await open(`?ticket=${one}`)).toEqual(['connection connected', 'AUTH_001']);
    expect(await open('', { type: 'auth', ticket: await ticket() })).toEqual(['connection connected', 'auth ok']);
    expect(await open('?ticket=x')).toEqual(['connection connected', 'AUTH_001']);
    // It is no bearer token.
    expect((await server.ask('GET', '/api/v1/rules', undefined, bearer(await ticket()))).status).toBe(401);
  });

  it('is for those who are somebody', async () => {
    expect((await server.ask('POST', `${AUTH}/ws-ticket`, {})).status).toBe(401);
  });
});

it.each([
  ['nobody asks who it is', undefined],
  ['one token is for everything', 'the-token-of-the-server'],
])('a ticket also works where %s', async (_how, token) => {
  const other = await startRest({}, token);
  try {
    const headers = token === undefined ? {} : bearer(token);
    const { body } = await other.ask('POST', `${AUTH}/ws-ticket`, {}, headers);
    const socket = new WebSocket(`${other.url.replace('http', 'ws')}/ws/control-plane?ticket=${body.ticket}`);
    const heard: string[] = [];
    socket.onmessage = ({ data }) => heard.push(JSON.parse(String(data)).type);
    await expect.poll(() => heard).toEqual(['connection', 'auth']);
    socket.close();
  } finally {
    await other.close();
  }
});
