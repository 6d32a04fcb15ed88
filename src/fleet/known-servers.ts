import type { ServerInfo, ServerTarget } from '../contract/server.ts';
import { AppError } from '../errors.ts';
import type { Bills } from './bills.ts';
import type { FleetNotes } from './fleet-notes.ts';
import { isInBetween, type Operator, type OperatorParts, unknown } from './operator.ts';
import { isOver, type ServerRecord } from './record.ts';
import { shown } from './shown.ts';
import { isWatched } from './watched.ts';

export interface KnownParts extends Pick<OperatorParts, 'store' | 'uses' | 'times' | 'now'> {
  readonly operator: Operator;
  readonly bills: Bills;
  readonly notes: FleetNotes;
}

/** Servers as callers name and see them. */
export class KnownServers {
  private readonly parts: KnownParts;

  constructor(parts: KnownParts) {
    this.parts = parts;
  }

  /** Newest first. */
  async live(): Promise<ServerRecord[]> {
    return (await this.parts.store.all()).map(({ record }) => record).filter((record) => !isOver(record));
  }

  /** Throws SERVER_001; VALIDATION_002 where a type has several. */
  async one(target: ServerTarget): Promise<ServerRecord> {
    if (target !== 'serverless' && target !== 'timed') {
      const found = await this.parts.store.get(target);
      if (found === null || isOver(found)) throw unknown(target);
      return found;
    }
    const found = (await this.live()).filter(({ type }) => type === target);
    const [first] = found;
    if (first === undefined) {
      throw new AppError('SERVER_001', { message: `There is no ${target} server.`, details: { type: target } });
    }
    if (found.length === 1) return first;
    throw new AppError('VALIDATION_002', {
      message: `There are ${found.length} ${target} servers.`,
      advice: 'Name one by its id.',
      details: { field: 'server', server_ids: found.map(({ id }) => id) },
    });
  }

  /** Of serverless ones; null: not billed yet. */
  private async billed({ type, provider_id }: ServerRecord): Promise<number | null> {
    if (type === 'timed' || provider_id === null) return null;
    const all = await this.parts.bills.of(provider_id);
    return all.length === 0 ? null : all.reduce((total, { usd }) => total + usd, 0);
  }

  async info(record: ServerRecord): Promise<ServerInfo> {
    const { uses, now, times, notes } = this.parts;
    const watched = await isWatched(notes, now(), times.leaseMs);
    const found = shown(record, await uses.get(record.id), await this.billed(record), now(), times.warnMs);
    return watched ? found : { ...found, idle_stop_at: null };
  }

  async infoOf(id: string): Promise<ServerInfo> {
    const record = await this.parts.store.get(id);
    if (record === null) throw unknown(id);
    return this.info(record);
  }

  /** Whoever asks for it while it is on its way is told how far it is. */
  async upToDate(record: ServerRecord): Promise<ServerRecord> {
    if (!isInBetween(record)) return record;
    await this.parts.operator.look(record.id).catch(() => undefined);
    return (await this.parts.store.get(record.id)) ?? record;
  }
}
