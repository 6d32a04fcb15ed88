import { expect, it } from 'vitest';
import { tellOfFirstLink } from '../../../src/cli/first-link.ts';
import { startRest } from './rest-server.ts';

const PASSWORD = 'correct horse battery';
const FIRST = '/api/v1/auth/first-admin';

it('a server that wants a login lets nobody in but by the link', async () => {
  const told: string[] = [];
  const server = await startRest({}, undefined, { loginWanted: true });
  const write = process.stderr.write;
  try {
    process.stderr.write = ((text: string) => told.push(text) > 0) as typeof write;
    const at = { url: server.url, loginWanted: true };
    const { accounts, capabilities } = server.services;
    await tellOfFirstLink({ accounts, capabilities }, {} as never, at);
    await tellOfFirstLink({ accounts, capabilities }, {} as never, at);
    process.stderr.write = write;
    const link = new URL(/http:\S+/.exec(told[0] ?? '')?.[0] ?? '');
    expect([link.pathname, told.length]).toEqual(['/setup', 2]);
    expect(told[1]).toContain('h200-mug users link');
    const token = link.hash.slice(1);

    expect((await server.ask('GET', '/api/v1/rules')).status).toBe(401);
    const page = await server.ask('GET', '/setup');
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
    expect(page.headers.get('referrer-policy')).toBe('no-referrer');
    expect(page.body.toString()).toContain('<button>Create administrator</button>');
    const script = (await server.ask('GET', '/setup/page.js')).body.toString();
    expect(script).toContain(FIRST);

    const given = { token, username: 'ann', password: PASSWORD };
    expect((await server.ask('POST', FIRST, { ...given, token: 'y'.repeat(43) })).body.error.code).toBe('AUTH_001');
    expect(await server.ask('POST', FIRST, given)).toMatchObject({ status: 201, body: { role: 'admin' } });
    expect((await server.ask('POST', FIRST, { ...given, username: 'bob' })).body.error.code).toBe('AUTH_007');
    const used = (await server.ask('GET', '/setup')).body.toString();
    expect(used).not.toContain('<form');
    expect(used).toMatch(/administrator already.*\/api\/v1\/auth\/login/s);
    const login = await server.ask('POST', '/api/v1/auth/login', { username: 'ann', password: PASSWORD });
    const authorization = `Bearer ${login.body.access_token}`;
    expect((await server.ask('GET', '/api/v1/rules', undefined, { authorization })).status).toBe(200);
  } finally {
    process.stderr.write = write;
    await server.close();
  }
});

it('on this machine everyone may go on until there is an administrator', async () => {
  const server = await startRest();
  try {
    const { token } = (await server.services.accounts.firstLink({ again: false }))!;
    expect((await server.ask('GET', '/api/v1/rules')).status).toBe(200);
    await server.ask('POST', FIRST, { token, username: 'ann', password: PASSWORD });
    expect((await server.ask('GET', '/api/v1/rules')).status).toBe(401);
  } finally {
    await server.close();
  }
});
