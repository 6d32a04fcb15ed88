import type { CallContext } from '../contract/call-context.ts';
import { rulesNotRead } from '../contract/without-store.ts';
import { isStoreGone } from '../errors.ts';
import type { RuleRecords } from '../ports/records.ts';
import type { RuleStore } from './store.ts';
import type { ActiveRules } from './types.ts';

/** How many callers' rules are kept; those of others are read again. */
const MAX_KEPT = 100;

/** The enabled rules of a caller, read again only after a change; where the store is gone, as they were, with a warning. */
export function activeRules(records: RuleRecords, store: RuleStore) {
  const kept = new Map<string, ActiveRules>();
  return async (ctx: CallContext): Promise<ActiveRules> => {
    const { id } = ctx.principal;
    const known = kept.get(id);
    let revision: string;
    let read: Awaited<ReturnType<RuleStore['every']>>;
    try {
      revision = await records.revision(id);
      if (known?.revision === revision) return known;
      read = await store.every(ctx, { enabled: true });
    } catch (thrown) {
      if (!isStoreGone(thrown)) throw thrown;
      const { code, message } = thrown;
      const warning = rulesNotRead(code, message, known !== undefined);
      return { rules: known?.rules ?? [], revision: known?.revision ?? 'unknown', warning };
    }
    const { rules, unreadable } = read;
    kept.delete(id);
    // Whoever mends the store from outside changes no revision.
    if (unreadable.length > 0) return { rules, unreadable, revision };
    const found = { rules, revision };
    kept.set(id, found);
    for (const oldest of kept.keys()) {
      if (kept.size <= MAX_KEPT) break;
      kept.delete(oldest);
    }
    return found;
  };
}
