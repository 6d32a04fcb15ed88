import { AppError, isStoreGone } from '../errors.ts';
import type { Log } from '../telemetry/log.ts';
import type { ServerRecord } from './record.ts';
import type { ServerUse } from './service.ts';
import type { ServerStore } from './store.ts';
import type { UseStore } from './uses.ts';

interface One {
  underWay: number;
  requests: number;
  errors: number;
  at: Date;
  /** When it was last written that it is in use, and was found running afterwards. */
  saidAt: number | null;
  /** It is written that requests are under way. */
  saidUnderWay: boolean;
  writing: Promise<void> | null;
}

interface Parts {
  readonly store: ServerStore;
  readonly uses: UseStore;
  readonly now: () => Date;
  readonly useMs: number;
  readonly log: Log;
}

/**
 * Requests of this process to servers. Whoever stops one first writes that, then looks whether it is used; here it is first
 * written that it is used, then looked whether it is being stopped: one of the two sees the other. Written so recently that
 * nobody would find it idle, it is let through at once.
 */
export class UseHere implements ServerUse {
  private readonly parts: Parts;
  private readonly servers = new Map<string, One>();

  constructor(parts: Parts) {
    this.parts = parts;
  }

  async use(serverId: string): Promise<(outcome: 'done' | 'failed') => void> {
    const one = this.of(serverId);
    one.underWay += 1;
    one.at = this.parts.now();
    try {
      await this.say(serverId, one);
    } catch (thrown) {
      one.underWay -= 1;
      // Whoever stops it waits for nothing that was turned away.
      await this.sayNow(serverId).catch(() => undefined);
      throw thrown;
    }
    let isOver = false;
    return (outcome) => {
      if (isOver) return;
      isOver = true;
      one.underWay -= 1;
      one.requests += 1;
      if (outcome === 'failed') one.errors += 1;
      one.at = this.parts.now();
    };
  }

  async touched(serverId: string): Promise<void> {
    const one = this.of(serverId);
    one.requests += 1;
    one.at = this.parts.now();
    await this.say(serverId, one).catch((thrown: unknown) => {
      // It is over: that the server is being stopped is no matter of this request.
      if (!(thrown instanceof AppError) || thrown.code !== 'SERVER_002') throw thrown;
    });
  }

  /** It does not run any more: the next request is not let through at once. */
  stopped(serverId: string): void {
    const one = this.servers.get(serverId);
    if (one !== undefined) one.saidAt = null;
  }

  /** Writes how it is used from here, where that is not what was written. */
  async sayNow(id: string): Promise<void> {
    const one = this.servers.get(id);
    if (one !== undefined && (one.requests > 0 || one.underWay > 0 || one.saidUnderWay)) await this.write(id, one);
  }

  /** Writes what was not written yet. */
  async flush(): Promise<void> {
    for (const [id, one] of this.servers) {
      const isNews = one.requests > 0 || one.underWay > 0 || one.saidUnderWay;
      if (isNews) {
        await this.write(id, one).catch((err: unknown) =>
          this.parts.log.warn({ err, server: id }, 'it could not be written that a server is in use'),
        );
      } else this.servers.delete(id);
    }
  }

  private of(id: string): One {
    const found = this.servers.get(id);
    if (found !== undefined) return found;
    const at = this.parts.now();
    const one = { underWay: 0, requests: 0, errors: 0, at, saidAt: null, saidUnderWay: false, writing: null };
    this.servers.set(id, one);
    return one;
  }

  private async say(id: string, one: One): Promise<void> {
    const { now, useMs, store } = this.parts;
    if (one.saidAt !== null && now().getTime() - one.saidAt < useMs) return;
    try {
      await this.write(id, one);
      const record = await store.get(id);
      if (record === null) throw new AppError('SERVER_001', { details: { server_id: id } });
      if (!takesRequests(record)) {
        throw new AppError('SERVER_002', { details: { server_id: id, state: record.state } });
      }
      one.saidAt = now().getTime();
    } catch (thrown) {
      // Without the store nothing is stopped either.
      if (!isStoreGone(thrown)) throw thrown;
    }
  }

  private async write(id: string, one: One): Promise<void> {
    // Whoever comes while it is being written may not be in it.
    if (one.writing !== null) await one.writing.catch(() => undefined);
    one.writing ??= this.writeOnce(id, one).finally(() => {
      one.writing = null;
    });
    await one.writing;
  }

  private async writeOnce(id: string, one: One): Promise<void> {
    const { requests, errors, underWay } = one;
    const at = underWay > 0 ? this.parts.now() : one.at;
    await this.parts.uses.write(id, { at, requests, errors, underWay });
    one.requests -= requests;
    one.errors -= errors;
    one.saidUnderWay = underWay > 0;
  }
}

/** A serverless one is "starting" while its first worker is: requests wait for that at the provider. */
const takesRequests = ({ type, state }: ServerRecord) =>
  state === 'running' || state === 'updating' || (type === 'serverless' && state === 'starting');
