import type { CallContext } from '../contract/call-context.ts';
import type { DelegationRequest } from '../contract/delegation.ts';
import type { PeerSettings } from '../contract/peer-settings.ts';
import { toAppError } from '../errors.ts';
import type { Bus, BusEvent } from '../ports/bus.ts';
import type { Log } from '../telemetry/log.ts';
import type { Delegations } from './create-delegations.ts';

type Hook = PeerSettings['hooks'][number];

/** Hands on what peers are configured to be told of. Nobody waits for it, and nothing of it reaches whoever analysed. */
export function startHooks(
  peers: readonly PeerSettings[],
  delegations: Pick<Delegations, 'startByHook'>,
  bus: Bus,
  log: Log,
): () => void {
  const hooks = peers.flatMap(({ name, hooks }) => hooks.map((hook) => ({ peer: name, hook })));
  if (hooks.length === 0) return () => {};
  return bus.on((event) => {
    for (const { peer, hook } of hooks) {
      const analysisId = analysisOf(event, hook);
      if (analysisId === null) continue;
      delegations.startByHook(callerOf(event), requestOf(peer, hook, analysisId, event)).catch((thrown: unknown) => {
        const { code, message } = toAppError(thrown);
        log.warn({ peer, code, analysis: analysisId }, `an analysis was not handed on: ${message}`);
      });
    }
  });
}

function analysisOf(event: BusEvent, { on }: Hook): string | null {
  if (on === 'analysis') return event.type === 'positioning_analyzed' ? event.analysis.analysis_id : null;
  return event.type === 'rule_triggered' ? event.analysis_id : null;
}

function requestOf(peer: string, { skill, text, send }: Hook, analysis_id: string, event: BusEvent): DelegationRequest {
  const why = event.type === 'rule_triggered' ? `The rule ${event.rule_id} is broken on this desk.` : undefined;
  const words = text ?? why;
  return {
    peer,
    analysis_id,
    send,
    ...(skill !== undefined && { skill }),
    ...(words !== undefined && { text: words }),
  };
}

/** The hook acts for whose analysis it is, and may no more than it needs. */
const callerOf = ({ owner, delegation }: BusEvent): CallContext => ({
  principal: { id: owner, kind: 'agent', role: 'analyst', permissions: ['analysis:read', 'analysis:write'] },
  client: 'hook',
  ...(delegation !== undefined && { delegation }),
});
