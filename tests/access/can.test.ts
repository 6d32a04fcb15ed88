import { describe, expect, it } from 'vitest';
import { can, demand, ROLE_PERMISSIONS } from '../../src/access/can.ts';
import { PERMISSIONS, ROLES } from '../../src/contract/principal.ts';
import { callOf } from '../support/caller.ts';

/** Lines of the contract: permission, then who has it. */
const MATRIX: [string, string][] = [
  ['analysis:read rules:read servers:read', 'viewer analyst manager admin'],
  ['analysis:write rules:execute', 'analyst manager admin'],
  ['analysis:delete rules:write rules:delete servers:control', 'manager admin'],
  ['servers:deploy servers:delete admin:users admin:system admin:audit', 'admin'],
];

describe('permissions', () => {
  it('are those of the contract, role by role', () => {
    const listed = MATRIX.flatMap(([permissions]) => permissions.split(' '));
    expect(listed.toSorted()).toEqual([...PERMISSIONS].toSorted());
    for (const [permissions, roles] of MATRIX) {
      for (const permission of permissions.split(' ')) {
        const having = ROLES.filter((role) => (ROLE_PERMISSIONS[role] as readonly string[]).includes(permission));
        expect([permission, having.join(' ')]).toEqual([permission, roles]);
      }
    }
  });

  it('are not enough for what belongs to somebody else', () => {
    const { principal } = callOf('ann', 'admin');
    expect(can(principal, 'rules:read', { owner: 'ann' })).toBe(true);
    expect(can(principal, 'rules:read', { owner: 'bob' })).toBe(false);
    expect(can(principal, 'rules:read', { owner: 'bob', scope: 'mine' })).toBe(false);
    expect(can(principal, 'rules:read', { owner: 'bob', scope: 'everyone' })).toBe(true);
    expect(can(callOf('ann', 'viewer').principal, 'rules:write', { owner: 'ann' })).toBe(false);
  });

  it('that are missing are named', () => {
    expect(() => demand(callOf('eve', 'viewer').principal, 'rules:write')).toThrow(
      expect.objectContaining({ code: 'AUTH_003', details: { permission: 'rules:write', role: 'viewer' } }),
    );
  });
});
