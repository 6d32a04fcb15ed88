import { positionOf } from '../../ports/cursor.ts';
import type { RuleRecords } from '../../ports/records.ts';
import { each, toJson } from './json.ts';
import { pageFrom, readList } from './page.ts';
import { named, RULE, RULE_VERSION, readable } from './readable.ts';
import type { Store } from './store.ts';

export function ruleRecords(store: Store): RuleRecords {
  return {
    get: (id) =>
      named('rule', id, async () => {
        const rule = await store.call('getRule', id);
        return rule === null ? null : readable(rule, RULE);
      }),
    head: (id) => store.call('ruleHead', id),
    async list(owner, { enabled = null, type = null }, { limit, cursor }) {
      const after = positionOf('rules', cursor);
      return pageFrom('rules', await store.call('listRules', owner, enabled, type, after, limit), RULE);
    },
    count: (owner, { enabled = null, type = null }) => store.call('countRules', owner, enabled, type),
    ids: (owner, prefix, limit) => store.call('ruleIds', owner, prefix, limit),
    async removed(owner, { limit, cursor }) {
      const after = positionOf('removed_rules', cursor);
      return pageFrom('removed_rules', await store.call('removedRules', owner, after, limit), RULE_VERSION);
    },
    async write(entries) {
      const rows = await each(entries, ({ entry, expectedVersion, remove = false }) => ({
        entry: toJson(entry),
        expectedVersion,
        remove,
      }));
      await store.call('writeRules', rows);
    },
    async history(id) {
      const { items, unreadable } = await readList(await store.call('ruleHistory', id), RULE_VERSION);
      return { versions: items, unreadable: unreadable.map(Number) };
    },
    revision: (owner) => store.call('rulesRevision', owner),
  };
}
