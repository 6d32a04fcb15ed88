import { PERMISSIONS, type Permission, type Principal, type Role } from '../contract/principal.ts';
import { AppError } from '../errors.ts';

const READ = ['analysis:read', 'rules:read', 'servers:read'] as const;
const ANALYSE = [...READ, 'analysis:write', 'rules:execute'] as const;
const MANAGE = [...ANALYSE, 'analysis:delete', 'rules:write', 'rules:delete', 'servers:control'] as const;

export const ROLE_PERMISSIONS: Readonly<Record<Role, readonly Permission[]>> = {
  viewer: READ,
  analyst: ANALYSE,
  manager: MANAGE,
  admin: PERMISSIONS,
};

/**
 * What this machine and this process are like, and the permission that shows it. Everybody else is told what to do, not how it
 * is here.
 */
export const INTERNALS = {
  /** Counts, times and memory of the process, over all callers. */
  metrics: 'servers:read',
  /** Names of folders, such as those whose images may be read. */
  folders: 'admin:system',
  /** Why a part failed, in the words of the system or of a library: they hold paths. */
  faults: 'admin:system',
} as const satisfies Record<string, Permission>;

export type Internal = keyof typeof INTERNALS;

/** A stored thing that belongs to somebody, and perhaps to everyone. */
export interface Owned {
  readonly owner: string;
  readonly scope?: 'mine' | 'everyone';
}

/** Whether the principal has the permission and, where a record is given, may see that record. */
export function can(principal: Principal, permission: Permission, record?: Owned): boolean {
  if (!principal.permissions.includes(permission)) return false;
  return record === undefined || record.owner === principal.id || record.scope === 'everyone';
}

export const mayKnow = (principal: Principal, what: Internal): boolean => can(principal, INTERNALS[what]);

/** AUTH_003 without the permission. What belongs to others is not refused but not there: ask `can` with the record. */
export function demand(principal: Principal, permission: Permission): void {
  if (!can(principal, permission)) throw new AppError('AUTH_003', { details: { permission, role: principal.role } });
}
