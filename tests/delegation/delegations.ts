import type { AuditEvent } from '../../src/access/accounts/audit.ts';
import type { Analysis } from '../../src/contract/analysis.ts';
import { PeerSettings } from '../../src/contract/peer-settings.ts';
import { createDelegations, type DelegationParts } from '../../src/delegation/create-delegations.ts';
import { AppError } from '../../src/errors.ts';
import { createA2aPeers } from '../../src/peer-agents/a2a-peers.ts';
import { createSqliteRecords } from '../../src/storage/sqlite/records.ts';
import { createLog } from '../../src/telemetry/log.ts';

export const TIMES = { firstMs: 10, longestMs: 30, heldMs: 1000, adoptMs: 50 };

/** The real service over a registry in memory and the real client of A2A. */
export function openDelegations(given: Partial<Omit<DelegationParts, 'peers'>> & { peers: readonly object[] }) {
  const records = createSqliteRecords(':memory:');
  const audited: AuditEvent[] = [];
  let next = 0;
  const delegations = createDelegations({
    registry: records.registry,
    agents: createA2aPeers(async () => 'the-secret'),
    audit: async (event) => void audited.push(event),
    async analysis({ principal }, id) {
      if (principal.id !== 'ann') throw new AppError('ANALYSIS_008');
      return { analysis_id: id } as Analysis;
    },
    photo: async () => ({ bytes: Buffer.from('a photo'), mediaType: 'image/jpeg' }),
    image: async () => ({ bytes: Buffer.from('an image'), mediaType: 'image/png' }),
    mostDepth: 3,
    newId: (prefix) => `${prefix}_${++next}_${Math.random().toString(36).slice(2, 8)}`,
    now: () => new Date(),
    log: createLog('silent'),
    times: TIMES,
    ...given,
    peers: given.peers.map((peer) => PeerSettings.parse(peer)),
  });
  return { delegations, audited, records };
}
