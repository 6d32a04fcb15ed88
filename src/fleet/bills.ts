import * as z from 'zod';
import type { ServerType } from '../contract/server.ts';
import { toAppError } from '../errors.ts';
import { turnsOf } from '../one-after-another.ts';
import type { BilledAmount } from '../ports/gpu-cloud.ts';
import type { Registry } from '../ports/registry.ts';
import type { Log } from '../telemetry/log.ts';
import type { FleetNotes } from './fleet-notes.ts';
import type { Operator, OperatorParts } from './operator.ts';
import type { ServerStore } from './store.ts';
import { KEPT_MS } from './times.ts';

const KIND = 'server_bill';
const DAY_MS = 86_400_000;
/** Amounts may grow for so long after their time. */
const GROWS_MS = 2 * DAY_MS;
/** Of one server that a report looks at. */
const MOST_BILLS = 2300;

const Bill = z.object({ start: z.iso.datetime(), end: z.iso.datetime(), usd: z.number() });
export type Bill = z.infer<typeof Bill>;

export interface BillsParts extends Pick<OperatorParts, 'cloud' | 'times' | 'now'> {
  readonly registry: Registry;
  readonly notes: FleetNotes;
  readonly operator: Operator;
  readonly store: ServerStore;
  /** US dollars of a server of ours that were not known before. */
  readonly billed: (type: ServerType, usd: number) => void;
  readonly log: Log;
}

/** What the provider billed, read again and kept, so that a report needs no provider. */
export class Bills {
  private readonly parts: BillsParts;

  constructor(parts: BillsParts) {
    this.parts = parts;
  }

  async readIfDue(): Promise<void> {
    const { notes, times, now, log } = this.parts;
    const { read_at } = await notes.get('bills');
    if (read_at !== null && now().getTime() - Date.parse(read_at) < times.billMs) return;
    try {
      await this.read(read_at);
    } catch (thrown) {
      const { message } = toAppError(thrown);
      await notes.change('bills', (before) => ({ ...before, error: message }));
      log.warn({ err: thrown }, 'the bills of the GPU provider were not read');
    }
  }

  /** Of one server, in their order. */
  async of(providerId: string): Promise<Bill[]> {
    const found = await this.parts.registry.under(KIND, providerId, MOST_BILLS);
    return found.flatMap(({ value }) => Bill.safeParse(value).data ?? []);
  }

  private async read(before: string | null): Promise<void> {
    const { operator, cloud, notes, now, billed, store } = this.parts;
    const at = now();
    const since = new Date(before === null ? at.getTime() - 30 * DAY_MS : Date.parse(before) - GROWS_MS).toISOString();
    const amounts = await operator.ask((signal) => cloud.billing(since, signal));
    const types = new Map((await store.all()).map(({ record }) => [record.provider_id, record.type]));
    let until: string | null = null;
    for (const amount of amounts) {
      const bill = billOf(amount);
      const type = types.get(amount.serverId);
      if (bill === null || type === undefined) continue;
      const more = await this.keep(amount.serverId, bill);
      if (more > 0) billed(type, more);
      const end = bill.end < at.toISOString() ? bill.end : null;
      if (end !== null && (until === null || end > until)) until = end;
    }
    await notes.change('bills', (last) => ({
      read_at: at.toISOString(),
      covers_until: until ?? last.covers_until,
      error: null,
    }));
  }

  /** How much more it is than was known. */
  private keep(serverId: string, bill: Bill): Promise<number> {
    const { registry } = this.parts;
    const id = `${serverId} ${bill.start}`;
    return turnsOf(registry).until(`${KIND} ${id}`, async () => {
      const found = await registry.get(KIND, id);
      const known = Bill.safeParse(found?.value).data;
      if (known !== undefined && known.usd === bill.usd && known.end === bill.end) return { value: 0 };
      const expires_at = new Date(Date.parse(bill.start) + KEPT_MS).toISOString();
      const version = (found?.version ?? 0) + 1;
      const entry = { id, lookup: id, owner: 'system', created_at: bill.start, expires_at, version, value: bill };
      const isDone = found === null ? await registry.add(KIND, entry) : await registry.replace(KIND, entry);
      return isDone ? { value: bill.usd - (known?.usd ?? 0) } : null;
    });
  }
}

/** Null: its times or its amount are none. */
function billOf({ serverId, start, end, usd }: BilledAmount): Bill | null {
  const [from, to] = [Date.parse(start), Date.parse(end)];
  if (!/^[\w-]{1,64}$/.test(serverId) || !(from < to) || !Number.isFinite(usd) || usd < 0) return null;
  return { start: new Date(from).toISOString(), end: new Date(to).toISOString(), usd };
}
