/** What somebody may do. The same strings are scopes of tokens. */
export const PERMISSIONS = [
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
] as const;
export type Permission = (typeof PERMISSIONS)[number];

export const ROLES = ['viewer', 'analyst', 'manager', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Who calls. `permissions` are those of the role, or fewer where a key or token was given fewer. */
export interface Principal {
  readonly id: string;
  readonly kind: 'user' | 'key' | 'agent' | 'local';
  readonly role: Role;
  readonly permissions: readonly Permission[];
  /** Nothing else may be done before. */
  readonly mustChangePassword?: boolean;
}

/** Whoever uses this machine's own program where there are no accounts: stdio, loopback, the command line. */
export const LOCAL: Principal = { id: 'local', kind: 'local', role: 'admin', permissions: PERMISSIONS };
