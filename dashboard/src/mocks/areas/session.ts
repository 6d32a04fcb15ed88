import { on } from '../mock.ts';

const PERMISSIONS = [
  'analysis:read',
  'rules:read',
  'servers:read',
  'analysis:write',
  'rules:execute',
  'analysis:delete',
  'rules:write',
  'rules:delete',
  'servers:control',
  'servers:deploy',
  'servers:delete',
  'admin:users',
  'admin:system',
  'admin:audit',
];

/** Nobody is asked, as on a server of this machine. */
export function mockArea(): void {
  on('GET /api/v1/auth/me', () => ({
    body: { id: 'local', kind: 'local', role: 'admin', permissions: PERMISSIONS, user: null },
  }));
  on('POST /api/v1/auth/ws-ticket', () => ({ body: { ticket: 'mocked', expires_in: 30 } }));
}
