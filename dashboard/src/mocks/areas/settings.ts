import { on } from '../mock.ts';

const NOW = new Date().toISOString();

export function mockArea(): void {
  on('GET /api/v1/notifications', () => ({
    body: [
      {
        target: 'slack',
        state: 'retrying',
        waiting: 3,
        delivered: 12,
        failures: 4,
        dead_letters: 0,
        last_success_at: NOW,
        last_error: { at: NOW, reason: 'HTTP 503' },
      },
      {
        target: 'email',
        state: 'ok',
        waiting: 0,
        delivered: 5,
        failures: 0,
        dead_letters: 0,
        last_success_at: NOW,
        last_error: null,
      },
    ],
  }));
  on('POST /api/v1/notifications/test', ({ body }) => {
    const { target } = body as { target: string };
    return { body: { target, ok: target === 'email', reason: target === 'email' ? null : 'HTTP 503', took_ms: 120 } };
  });
  on('GET /api/v1/notifications/preferences', () => ({
    body: { channels: { email: ['critical'] }, muted_rules: [], quiet_hours: null },
  }));
  on('PUT /api/v1/notifications/preferences', ({ body }) => ({ body }));
  on('GET /api/v1/api-keys', () => ({
    body: [
      {
        key_id: 'key_mocked',
        name: 'nightly report',
        owner: 'local',
        permissions: ['analysis:read'],
        created_at: NOW,
        expires_at: null,
        last_used_at: null,
      },
    ],
  }));
  on('POST /api/v1/api-keys', ({ body }) => ({
    status: 201,
    body: {
      ...(body as object),
      key_id: 'key_mocked2',
      owner: 'usr_mocked',
      permissions: [],
      created_at: NOW,
      expires_at: null,
      last_used_at: null,
      key: 'h200_mocked-key',
    },
  }));
  on('DELETE /api/v1/api-keys/:key_id', ({ params }) => ({ body: { key_id: params.key_id, deleted: true } }));
  on('GET /api/v1/users', () => ({
    body: [
      {
        user_id: 'usr_mocked1',
        username: 'anna',
        role: 'analyst',
        disabled: false,
        must_change_password: true,
        created_at: NOW,
        last_login_at: null,
      },
      {
        user_id: 'usr_mocked2',
        username: 'bert',
        role: 'viewer',
        disabled: true,
        must_change_password: false,
        created_at: NOW,
        last_login_at: NOW,
      },
    ],
  }));
  on('PATCH /api/v1/users/:user_id', ({ params, body }) => ({
    body: { user_id: params.user_id, ...(body as object) },
  }));
  on('GET /api/v1/audit', () => ({
    body: [
      ...[
        ['cam_window', { what: 'camera', action: 'updated' }],
        ['cam_gone', { what: 'camera', action: 'deleted', name: 'Old kitchen' }],
        ['srv_one', { action: 'stop' }],
        ['rule_mocked1', { what: 'rule of everyone', action: 'updated' }],
      ].map(([target, details], i) => ({
        number: 6 - i,
        time: NOW,
        event: String(target).startsWith('srv') ? 'server_controlled' : 'configuration_change',
        actor: 'usr_admin',
        target,
        client: '127.0.0.1',
        details,
        previous: '',
        hash: '',
      })),
      {
        number: 2,
        time: NOW,
        event: 'login_failure',
        actor: 'mallory',
        target: null,
        client: '127.0.0.1',
        details: {},
        previous: '',
        hash: '',
      },
      {
        number: 1,
        time: NOW,
        event: 'user_created',
        actor: 'usr_admin',
        target: 'usr_mocked1',
        client: '127.0.0.1',
        details: { role: 'analyst' },
        previous: '',
        hash: '',
      },
    ],
  }));
  on('GET /api/v1/audit/check', () => ({ body: { lines: 2, broken_at: null, newest: null } }));
  on('GET /api/v1/export', () => ({ body: '[]', headers: { 'content-type': 'application/json' } }));
}
