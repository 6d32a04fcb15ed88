import type { Routing, RoutingEntry } from '../../../src/contract/routing.ts';
import { RoutingEntries } from '../../../src/contract/routing.ts';
import type { RoutingParts } from '../../../src/fleet/rollouts/parts.ts';
import type { SmokeResult } from '../../../src/ports/routing.ts';

interface Sent {
  readonly id: string;
  readonly at: number;
  readonly ok: boolean;
  readonly ms: number;
}

/** A fake: weights, measurements and answers of servers in memory; the table of the product is tested where it lives. */
export class InMemoryRouting implements RoutingParts {
  readonly home = { id: 'here', kind: 'here', server_id: null, weight: 100 } as const;
  current: Routing = { revision: 0, entries: [this.home], changed_at: null, rollout_id: null };
  /** Every table that there was. */
  readonly tables: Routing[] = [];
  readonly sent: Sent[] = [];
  /** How servers answer; those that are not named are well. */
  readonly sick = new Map<string, Partial<SmokeResult>>();
  /** Of all servers. */
  usual: Partial<SmokeResult> = {};
  readonly smoked: string[] = [];
  isHereAble = true;
  private readonly now: () => Date;

  constructor(now: () => Date) {
    this.now = now;
  }

  readonly table = {
    get: async (): Promise<Routing> => this.current,
    replace: async (
      revision: number,
      entries: readonly RoutingEntry[],
      rollout_id: string | null,
    ): Promise<Routing | 'conflict'> => {
      if (revision !== this.current.revision) return 'conflict';
      const changed_at = this.now().toISOString();
      this.current = { revision: revision + 1, entries: RoutingEntries.parse(entries), changed_at, rollout_id };
      this.tables.push(this.current);
      return this.current;
    },
  };

  readonly traffic = {
    between: async (id: string, from: Date, to: Date) => {
      const mine = this.sent.filter((one) => one.id === id && one.at >= from.getTime() && one.at <= to.getTime());
      const times = mine
        .filter(({ ok }) => ok)
        .map(({ ms }) => ms)
        .toSorted((a, b) => a - b);
      const at = (share: number) => times[Math.ceil(times.length * share) - 1] ?? null;
      return {
        requests: mine.length,
        errors: mine.filter(({ ok }) => !ok).length,
        ...{ p50_ms: at(0.5), p95_ms: at(0.95) },
      };
    },
  };

  readonly probe = {
    health: async ({ id }: RoutingEntry) => {
      if (id === 'here') return { ok: this.isHereAble, detail: this.isHereAble ? 'ok' : 'no model' };
      const how = this.sick.get(id) ?? this.usual;
      return { ok: how.ok !== false, detail: how.detail ?? 'ok' };
    },
    smoke: async ({ id }: RoutingEntry): Promise<SmokeResult> => {
      this.smoked.push(id);
      const well = { ok: true, detail: 'ok', same: true, objects_here: 5, objects_there: 5, took_ms: 80 };
      return { ...well, ...(this.sick.get(id) ?? this.usual) };
    },
  };

  weight(id: string): number {
    return this.current.entries.find((one) => one.id === id)?.weight ?? 0;
  }

  /** Everything goes to this server. */
  give(id: string, weight = 100): void {
    const server: RoutingEntry = { id, kind: 'pod', server_id: id, weight };
    const rest = weight === 100 ? [] : [{ ...this.home, weight: 100 - weight }];
    this.current = { ...this.current, revision: this.current.revision + 1, entries: [server, ...rest] };
  }

  /** Who gets a request whose hash is `hash` of 100. */
  backend(hash: number): string {
    let sum = 0;
    for (const { id, weight } of this.current.entries) {
      sum += weight;
      if (hash < sum) return id;
    }
    return 'here';
  }

  measured(id: string, ok: boolean, ms = 100): void {
    this.sent.push({ id, at: this.now().getTime(), ok, ms });
  }
}
