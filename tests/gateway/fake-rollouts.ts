import { demand } from '../../src/access/can.ts';
import type { Deployment } from '../../src/contract/deployment.ts';
import { AppError } from '../../src/errors.ts';
import type { Rollouts } from '../../src/fleet/rollouts/service.ts';
import { localCall } from '../support/caller.ts';
import type { FakeFleet } from './fake-fleet.ts';

const AT = '2026-01-01T10:00:00.000Z';

/** A fake: the new server takes over at once, and the old one is kept until somebody says something. */
export function createFakeRollouts(fleet: FakeFleet): Rollouts {
  const all = new Map<string, Deployment>();
  function one(id: string): Deployment {
    const found = all.get(id);
    if (found === undefined) throw new AppError('SERVER_001', { details: { deployment_id: id } });
    return found;
  }
  const change = (id: string, more: Partial<Deployment>): Deployment => {
    const changed = { ...one(id), ...more };
    all.set(id, changed);
    return changed;
  };
  const over = { phase: 'over', ended_at: AT, can_promote: false, can_roll_back: false } as const;
  return {
    async begin({ principal }, { strategy, create, olds, traffic, overlap }) {
      const [old = null] = olds;
      const { server } = await fleet.create(localCall, { ...create, wait_for_completion: true });
      const id = `dep_${all.size + 1}`;
      const share = traffic ?? 100;
      all.set(id, {
        ...{
          id,
          type: create.type,
          strategy,
          phase: 'keeping',
          outcome: null,
          message: `${server.id} has taken over.`,
        },
        ...{ created_at: AT, created_by: principal.id, phase_since: AT, ended_at: null },
        swaps: [{ old_server_id: old, new_server_id: server.id, traffic: share, handed_over: 100 }],
        weights: [...(old === null ? [] : [{ id: old, weight: 0 }]), { id: server.id, weight: share }],
        ...{ steps_percent: [100], step_until: null, kept_until: AT, health: null, smoke: null, judgement: null },
        ...{ overlap, can_promote: true, can_roll_back: true, attended: true, notes: [{ at: AT, text: 'It began.' }] },
      });
      return one(id);
    },
    async get({ principal }, id) {
      demand(principal, 'servers:read');
      return one(id);
    },
    async open({ principal }, type) {
      demand(principal, 'servers:read');
      return [...all.values()].find((made) => made.type === type && made.outcome === null)?.id ?? null;
    },
    async list({ principal }) {
      demand(principal, 'servers:read');
      return [...all.values()].toReversed();
    },
    async promote({ principal }, id) {
      demand(principal, 'servers:deploy');
      const [swap] = one(id).swaps;
      if (swap?.old_server_id) await fleet.control(localCall, swap.old_server_id, { action: 'terminate' });
      return change(id, { ...over, outcome: 'deployed', message: 'The new server has taken over.' });
    },
    async rollBack({ principal }, id) {
      demand(principal, 'servers:deploy');
      if (!one(id).can_roll_back) throw new AppError('SERVER_002', { details: { deployment_id: id } });
      const [swap] = one(id).swaps;
      await fleet.control(localCall, swap!.new_server_id!, { action: 'terminate' });
      const weights = [{ id: swap!.old_server_id ?? 'here', weight: 100 }];
      return change(id, { ...over, outcome: 'rolled_back', message: 'It is as it was.', weights });
    },
    async wait({ principal }, id) {
      demand(principal, 'servers:read');
      return one(id);
    },
  };
}
