import { LOCAL } from '../contract/principal.ts';
import type { ServerInfo, ServerLogLine } from '../contract/server.ts';
import type { LiveFeed } from '../events/live-feed.ts';
import type { FleetService } from '../fleet/service.ts';

interface Parts {
  readonly fleet: Pick<FleetService, 'list' | 'follow'>;
  readonly feed: LiveFeed;
  /** Between two looks at who listens and which servers there are. */
  readonly everyMs?: number;
}

/** Servers whose lines are told at once; of more, the newest. */
const MOST = 10;
const EVERY_MS = 3000;

/** What GPU servers write, on the topic "logs", while somebody listens to it. What cannot be followed is tried again; nothing is thrown. */
export function followServers({ fleet, feed, everyMs = EVERY_MS }: Parts): () => void {
  const followed = new Map<string, AbortController>();
  const leave = (id: string) => {
    followed.get(id)?.abort();
    followed.delete(id);
  };
  let looking = false;
  async function look(): Promise<void> {
    const heard = feed.hasListener('logs');
    const wanted = heard ? running((await fleet.list({ principal: LOCAL })).servers) : [];
    const ids = new Set(wanted.map(({ id }) => id));
    for (const id of [...followed.keys()]) if (!ids.has(id)) leave(id);
    for (const server of wanted) if (!followed.has(server.id)) void follow(server);
  }
  async function follow({ id, type }: ServerInfo): Promise<void> {
    const end = new AbortController();
    followed.set(id, end);
    try {
      const ctx = { principal: LOCAL, signal: end.signal };
      for await (const line of fleet.follow(ctx, id, { lines: 1, since: new Date().toISOString() })) {
        feed.publish({ type: 'log', topic: 'logs', data: { server_id: id, server_type: type, ...shown(line) } });
      }
    } catch {
      // Whoever asks for its lines is told why; here the next look tries again.
    } finally {
      if (followed.get(id) === end) followed.delete(id);
    }
  }
  const timer = setInterval(() => {
    if (looking || (followed.size === 0 && !feed.hasListener('logs'))) return;
    looking = true;
    look()
      .catch(() => undefined)
      .finally(() => {
        looking = false;
      });
  }, everyMs).unref();
  return () => {
    clearInterval(timer);
    for (const id of [...followed.keys()]) leave(id);
  };
}

const running = (servers: readonly ServerInfo[]) =>
  servers
    .filter(({ state, provider_id }) => state === 'running' && provider_id !== null)
    .toSorted((a, b) => (a.created_at < b.created_at ? 1 : -1))
    .slice(0, MOST);

/** The time of the message is the server's own; that of the line stays with it. */
const shown = ({ cursor, at, source, level, text }: ServerLogLine) => ({ cursor, at, source, level, text });
