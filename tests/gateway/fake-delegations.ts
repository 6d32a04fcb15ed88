import { createDelegations } from '../../src/delegation/create-delegations.ts';
import type { DelegationService } from '../../src/delegation/service.ts';
import { AppError } from '../../src/errors.ts';
import type { PeerTask } from '../../src/ports/peer-agents.ts';
import type { Registry } from '../../src/ports/registry.ts';
import { createLog } from '../../src/telemetry/log.ts';

/** A peer that answers at once with what it was sent, in words and as data. */
export function createFakeDelegations(registry: Registry): DelegationService {
  const over: PeerTask = { taskId: 'task-1', state: 'completed', says: null, artifacts: [] };
  let next = 0;
  return createDelegations({
    registry,
    peers: [
      {
        name: 'echo',
        card_url: 'https://echo.example/card.json',
        calls_per_day: 1000,
        longest_deadline_s: 3600,
        hooks: [],
      },
    ],
    agents: {
      send: async (_, { text, skill }) => ({
        ...over,
        says: text,
        artifacts: [{ name: skill ?? 'none', text: text ?? '' }],
      }),
      get: async () => over,
      cancel: async () => over,
    },
    audit: async () => {},
    analysis: async (_, id) => {
      throw new AppError('ANALYSIS_008', { details: { analysis_id: id } });
    },
    photo: async () => null,
    image: async () => ({ bytes: new Uint8Array(), mediaType: 'image/jpeg' }),
    mostDepth: 3,
    newId: (prefix) => `${prefix}_${++next}`,
    now: () => new Date(),
    log: createLog('silent'),
  });
}
