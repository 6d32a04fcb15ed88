import { INTERNALS } from '../access/can.ts';
import { listItem } from '../contract/analysis-list-item.ts';
import { LiveFeed } from '../events/live-feed.ts';
import type { FleetService } from '../fleet/service.ts';
import type { Bus, BusEvent } from '../ports/bus.ts';
import type { Live } from '../ports/live.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { followServers } from './follow-servers.ts';

const METRICS_MS = 5000;
const STATUS_MS = 30_000;

/** A line of the log as it was written. */
export type LogTap = (line: string) => void;

export interface LiveParts {
  readonly bus: Bus;
  readonly metrics: Metrics;
  /** Lines of GPU servers are told too. */
  readonly fleet: FleetService;
  /** What `system_status` says. */
  readonly status: () => Promise<Readonly<Record<string, unknown>>>;
  readonly every?: { readonly metricsMs: number; readonly statusMs: number };
}

/** Joins all that can be watched: events of the bus, lines of the log, and what is looked at from time to time. */
export function createLive({ bus, metrics, fleet, status, every }: LiveParts): Live & { readonly tap: LogTap } {
  const feed = new LiveFeed();
  const off = bus.on((event) => publish(feed, event));
  /** Looks while somebody listens; what cannot be looked at is not told, and ends nothing. */
  const watch = (type: 'metrics' | 'system_status', everyMs: number, look: () => Promise<object>) =>
    setInterval(() => {
      if (!feed.hasListener('metrics')) return;
      look().then(
        (data) => feed.publish({ type, topic: 'metrics', data: { ...data } }),
        () => undefined,
      );
    }, everyMs).unref();
  const timers = [
    watch('metrics', every?.metricsMs ?? METRICS_MS, () => metrics.snapshot()),
    watch('system_status', every?.statusMs ?? STATUS_MS, status),
  ];
  const unfollow = followServers({ fleet, feed });
  return {
    run: feed.run,
    listen: (ctx, topics, listening) => feed.listen(ctx, topics, listening),
    tap(line) {
      if (!feed.hasListener('logs')) return;
      const data = parsed(line);
      if (data !== null) feed.publish({ type: 'log', topic: 'logs', data }, { needs: INTERNALS.faults });
    },
    close() {
      off();
      unfollow();
      for (const timer of timers) clearInterval(timer);
      feed.close();
    },
  };
}

/** Analyses as lists show them: an event is no place for tens of kilobytes. */
function publish(feed: LiveFeed, event: BusEvent): void {
  const { id, time: _, topic, owner, scope, delegation: __, ...what } = event;
  const audience = {
    owner,
    ...(scope !== undefined && { scope }),
    // It has the rule's sentence in it.
    ...(what.type === 'rule_changed' && { needs: 'rules:read' as const }),
  };
  const type = what.type === 'server_event' ? 'server_event' : topic === 'alerts' ? 'alert' : 'activity';
  const body =
    what.type === 'positioning_analyzed'
      ? {
          type: what.type,
          analysis: listItem(what.analysis),
          ...(what.camera !== undefined && { camera: what.camera }),
        }
      : what;
  feed.publish({ type, topic, data: { event_id: id, ...body } }, audience);
}

function parsed(line: string): Record<string, unknown> | null {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return null;
  }
}
