import type { Rule, RuleVersion } from '../../../contract/rule.ts';
import { positionOf } from '../../../ports/cursor.ts';
import type { RuleRecords } from '../../../ports/records.ts';
import type { Store } from '../store.ts';
import { allFromJson, each, fromJson, toJson } from './json.ts';
import { pageFrom } from './page.ts';

export function ruleRecords(store: Store): RuleRecords {
  return {
    async get(id) {
      const rule = await store.call('getRule', id);
      return rule === null ? null : fromJson<Rule>(rule);
    },
    async list(owner, { enabled = null, type = null }, { limit, cursor }) {
      const after = positionOf('rules', cursor);
      return pageFrom<Rule>('rules', await store.call('listRules', owner, enabled, type, after, limit));
    },
    count: (owner, { enabled = null, type = null }) => store.call('countRules', owner, enabled, type),
    ids: (owner, prefix, limit) => store.call('ruleIds', owner, prefix, limit),
    async removed(owner, { limit, cursor }) {
      const after = positionOf('removed_rules', cursor);
      return pageFrom<RuleVersion>('removed_rules', await store.call('removedRules', owner, after, limit));
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
      return allFromJson<RuleVersion>((await store.call('ruleHistory', id)).texts);
    },
    revision: (owner) => store.call('rulesRevision', owner),
  };
}
