import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROLE_PERMISSIONS } from '../../../src/access/can.ts';
import { ROLES, type Role } from '../../../src/contract/principal.ts';
import { TOOLS } from '../../../tools/index.ts';
import { INITIALIZE, legacy, modern } from '../raw-http.ts';
import { type RestServer, startRest } from '../rest/rest-server.ts';

const API = '/api/v1';
const PASSWORD = 'correct horse battery';

let server: RestServer;
const tokens = {} as Record<Role, string>;
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
beforeAll(async () => {
  server = await startRest({ H200_ADMIN_USERNAME: 'root', H200_ADMIN_PASSWORD: PASSWORD });
  const login = async (username: string) =>
    (await server.ask('POST', `${API}/auth/login`, { username, password: PASSWORD })).body.access_token as string;
  tokens.admin = await login('root');
  for (const role of ROLES.filter((one) => one !== 'admin')) {
    const made = { username: role, password: PASSWORD, role, must_change_password: false };
    await server.ask('POST', `${API}/users`, made, bearer(tokens.admin));
    tokens[role] = await login(role);
  }
});
afterAll(() => server.close());

const post = (request: ReturnType<typeof modern> | ReturnType<typeof legacy>, headers: Record<string, string>) =>
  server.ask('POST', '/mcp', String(request.body), { ...(request.headers as Record<string, string>), ...headers });

describe('who does not say who it is', () => {
  it.each([
    ['a modern client', modern('tools/list')],
    ['a client of 2025', legacy(INITIALIZE)],
  ])('%s is told where to learn how', async (_who, request) => {
    const { status, headers } = await post(request, {});
    expect(status).toBe(401);
    const challenge = headers.get('www-authenticate')!;
    const [, url = ''] = /^Bearer realm="h200-mug", .*resource_metadata="([^"]+)"$/.exec(challenge) ?? [];
    expect(url).toBe(`${server.url}/.well-known/oauth-protected-resource/mcp`);
    expect(challenge).not.toContain('error=');
    expect(challenge).toMatch(/scope="[a-z: ]*analysis:write[a-z: ]*"/);
    const { status: found, body } = await server.ask('GET', new URL(url).pathname);
    expect(found).toBe(200);
    expect(body).toMatchObject({
      resource: `${server.url}/mcp`,
      bearer_methods_supported: ['header'],
      scopes_supported: expect.arrayContaining(['analysis:write', 'rules:write']),
    });
  });

  it('a wrong token is said to be one, also over REST', async () => {
    const { headers } = await post(modern('tools/list'), bearer('wrong'));
    expect(headers.get('www-authenticate')).toContain('error="invalid_token"');
    const rest = await server.ask('GET', `${API}/rules`, undefined, bearer('wrong'));
    expect(rest.headers.get('www-authenticate')).toContain(
      `resource_metadata="${server.url}/.well-known/oauth-protected-resource"`,
    );
    expect((await server.ask('GET', '/.well-known/oauth-protected-resource')).body.resource).toBe(`${server.url}/`);
  });
});

describe('every tool, of every role', () => {
  const call = (name: string) => modern('tools/call', { name, arguments: {} });

  it.each(TOOLS.map(({ name, permission }) => [name, permission] as const))(
    '%s asks for %s',
    async (name, permission) => {
      for (const role of ROLES) {
        const { status, headers, body } = await post(call(name), bearer(tokens[role]));
        if (ROLE_PERMISSIONS[role].includes(permission)) {
          // What it says of empty arguments is not that.
          expect([role, status, JSON.stringify(body).includes('AUTH_003')]).toEqual([role, 200, false]);
          continue;
        }
        expect([role, status, body.error.code]).toEqual([role, 403, 'AUTH_003']);
        expect(headers.get('www-authenticate')).toBe(
          `Bearer realm="h200-mug", error="insufficient_scope", scope="${permission}", resource_metadata="${server.url}/.well-known/oauth-protected-resource/mcp"`,
        );
      }
    },
  );

  it('also in a session of a client of 2025, which goes on', async () => {
    const opened = await post(legacy(INITIALIZE), bearer(tokens.viewer));
    const session = opened.headers.get('mcp-session-id')!;
    const ask = (method: string, params: object) =>
      post(legacy({ jsonrpc: '2.0', id: 7, method, params }, session), bearer(tokens.viewer));
    const refused = await ask('tools/call', {
      name: 'create_rule',
      arguments: { text: 'Keep mugs 9 cm from laptops' },
    });
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([
      403,
      expect.stringContaining('error="insufficient_scope", scope="rules:write"'),
    ]);
    expect((await ask('tools/list', {})).status).toBe(200);
  });

  it('REST says the same of its routes', async () => {
    const { status, headers } = await server.ask('GET', `${API}/users`, undefined, bearer(tokens.viewer));
    expect([status, headers.get('www-authenticate')]).toEqual([
      403,
      expect.stringContaining('error="insufficient_scope", scope="admin:users"'),
    ]);
  });
});
