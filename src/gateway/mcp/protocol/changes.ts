import type { Principal } from '../../../contract/principal.ts';
import type { Bus, BusEvent } from '../../../ports/bus.ts';

/** Changes within this time are told once. */
const GATHER_MS = 200;

/** Resources that show something else after the event. */
export function changedBy(event: BusEvent): string[] {
  if (event.type === 'rule_changed') return ['rules://list', `rule://${event.rule_id}`];
  if (event.type === 'positioning_analyzed') return ['metrics://current', 'analyses://recent'];
  if (event.type === 'analyses_deleted') {
    const gone = event.analysis_ids.flatMap((id) => [`analysis://${id}`, `analysis://${id}/annotated-image`]);
    return ['analyses://recent', ...gone];
  }
  if (event.type === 'camera_event' || event.type === 'camera_changed')
    return ['cameras://list', `camera://${event.camera}`, `camera://${event.camera_id}`];
  if (event.type === 'server_event') return ['servers://list', `server://${event.server_id}`, 'servers://cost'];
  return [];
}

/** Calls `tell` for every resource of the principal (null: of anybody) that changed, at most once each in GATHER_MS. Returns the function that ends it. */
export function watchChanges(bus: Bus, principal: Principal | null, tell: (uri: string) => void): () => void {
  const pending = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  const flush = () => {
    timer = undefined;
    const uris = [...pending];
    pending.clear();
    for (const uri of uris) tell(uri);
  };
  const off = bus.on((event) => {
    if (principal !== null && event.owner !== principal.id && event.scope !== 'everyone') return;
    for (const uri of changedBy(event)) pending.add(uri);
    if (pending.size > 0) timer ??= setTimeout(flush, GATHER_MS).unref();
  });
  return () => {
    off();
    clearTimeout(timer);
  };
}
