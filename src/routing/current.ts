import type { Routing } from '../contract/routing.ts';
import type { RoutingTable } from '../ports/routing.ts';
import type { Log } from '../telemetry/log.ts';

/** A change counts everywhere within 2 s: what is known is asked for again after this, ms. */
const KNOWN_MS = 1000;

interface Parts {
  readonly table: Pick<RoutingTable, 'get'>;
  /** Milliseconds; never goes back. */
  readonly clock: () => number;
  readonly log: Log;
  /** It is another one than before. */
  readonly changed: (routing: Routing) => void;
}

/** The routing as this process knows it. Where the store gives no answer, what it last said holds. */
export class CurrentRouting {
  private readonly parts: Parts;
  private known: Routing | null = null;
  private askedAt = Number.NEGATIVE_INFINITY;
  private asking: Promise<Routing> | null = null;
  private isLost = false;

  constructor(parts: Parts) {
    this.parts = parts;
  }

  /** Throws what the store does, as long as it never answered. */
  async get(): Promise<Routing> {
    if (this.known !== null && this.parts.clock() - this.askedAt < KNOWN_MS) return this.known;
    this.asking ??= this.ask().finally(() => {
      this.asking = null;
    });
    return this.asking;
  }

  /** It was changed by this process. */
  set(routing: Routing): void {
    if (this.known !== null && routing.revision < this.known.revision) return;
    const isNew = this.known?.revision !== routing.revision;
    this.known = routing;
    this.askedAt = this.parts.clock();
    if (isNew) this.parts.changed(routing);
  }

  private async ask(): Promise<Routing> {
    const begun = this.parts.clock();
    try {
      const found = await this.parts.table.get();
      this.isLost = false;
      this.set(found);
      this.askedAt = begun;
    } catch (thrown) {
      if (this.known === null) throw thrown;
      if (!this.isLost) this.parts.log.warn({ err: thrown }, 'the routing cannot be read; as it was, it holds on');
      this.isLost = true;
      this.askedAt = begun;
    }
    return this.known as Routing;
  }
}
