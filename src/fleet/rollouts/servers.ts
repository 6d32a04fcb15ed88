import { toAppError } from '../../errors.ts';
import { isInBetween } from '../operator.ts';
import { isOver, type ServerRecord } from '../record.ts';
import type { RolloutParts } from './parts.ts';
import type { RolloutRecord } from './record.ts';

type Parts = Pick<RolloutParts, 'store' | 'operator' | 'now' | 'audit' | 'log'>;

/** Where a server has got: there, on its way, or not to be had. */
export type Way = 'there' | 'waits' | { readonly not: string };

/** What a rollout does to servers; whoever calls again goes on. */
export class RolloutServers {
  private readonly parts: Parts;

  constructor(parts: Parts) {
    this.parts = parts;
  }

  /** As it is now; null: there is none any more. */
  async get(id: string | null): Promise<ServerRecord | null> {
    if (id === null) return null;
    const { store, operator } = this.parts;
    const kept = await store.get(id);
    if (kept === null || isOver(kept)) return null;
    if (!isInBetween(kept)) return kept;
    await operator.advance(id).catch(() => undefined);
    const after = await store.get(id);
    return after === null || isOver(after) ? null : after;
  }

  async start(rollout: RolloutRecord, id: string): Promise<Way> {
    const server = await this.get(id);
    if (server === null) return { not: `${id} is there no more.` };
    if (server.state === 'running') return 'there';
    if (server.goal === 'running' && isInBetween(server)) return 'waits';
    return this.act(rollout, server, 'start', false);
  }

  async stop(rollout: RolloutRecord, id: string): Promise<Way> {
    const server = await this.get(id);
    if (server === null || server.state === 'stopped' || server.state === 'error') return 'there';
    if (server.protected) return { not: `${id} is protected.` };
    if (server.goal === 'stopped' && isInBetween(server)) return 'waits';
    return this.act(rollout, server, 'stop', false);
  }

  /** Not while it works on requests. */
  async end(rollout: RolloutRecord, id: string): Promise<Way> {
    const server = await this.get(id);
    if (server === null) return 'there';
    if (server.protected) return { not: `${id} is protected.` };
    if (server.goal === 'terminated' && isInBetween(server) && server.intent !== null) return 'waits';
    return this.act(rollout, server, 'terminate', server.state !== 'running');
  }

  private async act(
    { id: rollout, created_by, client }: RolloutRecord,
    { id }: ServerRecord,
    action: 'start' | 'stop' | 'terminate',
    force: boolean,
  ): Promise<Way> {
    const details = { action, force: String(force), rollout };
    try {
      await this.parts.operator.act(id, action, {
        force,
        before: () => this.parts.audit({ event: 'server_controlled', actor: created_by, target: id, client, details }),
      });
      return (await this.get(id)) === null && action === 'terminate' ? 'there' : 'waits';
    } catch (thrown) {
      const { code, message } = toAppError(thrown);
      this.parts.log.debug({ err: thrown, server: id, action }, 'a rollout waits for a server');
      if (code === 'SERVER_001' || code === 'SERVER_003') return { not: message };
      // In use, in between, or the provider is not to be had: it is tried again.
      return 'waits';
    }
  }
}
