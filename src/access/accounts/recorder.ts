import { LRUCache } from 'lru-cache';
import type { AuditLine } from '../../contract/account.ts';
import { roomFor } from '../../lru-room.ts';
import { type AccountParts, note } from './account-parts.ts';
import type { Accounts } from './accounts.ts';

/** The same of the same caller is written once in this time: who asks a thousand times fills no log. */
const SAME_MS = 10 * 60_000;
const MOST_REMEMBERED = 10_000;

/** What the other parts of the server have to say to the audit log. */
export function createRecorder(parts: AccountParts, inUse: () => Promise<boolean>): Pick<Accounts, 'record'> {
  const seen = new LRUCache<string, true>({ ...roomFor(MOST_REMEMBERED), ttl: SAME_MS, perf: performance });
  return {
    async record(ctx, event, target, details = {}) {
      // A log without users would say that there were some.
      if (!(await inUse())) return;
      const key = isRepeated(event) ? JSON.stringify([event, ctx.principal.id, target, details]) : null;
      if (key !== null && seen.has(key)) return;
      if (key !== null) seen.set(key, true);
      try {
        await note(parts, event, ctx, target, details);
      } catch (thrown) {
        if (key !== null) seen.delete(key);
        throw thrown;
      }
    },
  };
}

const isRepeated = (event: AuditLine['event']) => event !== 'configuration_change';
