import type { RoutingParts } from '../fleet/rollouts/parts.ts';
import type { OpenRouting } from './open-routing.ts';

type Moving = Pick<OpenRouting, 'table' | 'traffic' | 'probe'>;

/** The fleet moves analyses, and analyses go to the fleet: it is opened first, and told of the routing afterwards. */
export function lateRouting(home: 'here' | 'queue'): {
  readonly parts: RoutingParts;
  readonly set: (routing: Moving) => void;
} {
  const { promise, resolve } = Promise.withResolvers<Moving>();
  return {
    set: resolve,
    parts: {
      home: { id: home, kind: home, server_id: null, weight: 100 },
      table: {
        get: async () => (await promise).table.get(),
        replace: async (...given) => (await promise).table.replace(...given),
      },
      traffic: { between: async (...given) => (await promise).traffic.between(...given) },
      probe: {
        health: async (...given) => (await promise).probe.health(...given),
        smoke: async (...given) => (await promise).probe.smoke(...given),
      },
    },
  };
}
