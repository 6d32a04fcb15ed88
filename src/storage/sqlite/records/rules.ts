import type { Rule, RuleVersion } from '../../../contract/rule.ts';
import type { RuleRecords } from '../../../ports/records.ts';
import type { Store } from '../store.ts';
import { allFromJson, each, fromJson, toJson } from './json.ts';

export function ruleRecords(store: Store): RuleRecords {
  return {
    async get(id) {
      const rule = await store.call('getRule', id);
      return rule === null ? null : fromJson<Rule>(rule);
    },
    async list(owner, { enabled, type }, { limit, offset }) {
      const { texts, total } = await store.call('listRules', owner, enabled ?? null, type ?? null, limit, offset);
      return { items: await allFromJson<Rule>(texts), total };
    },
    async removed(owner, { limit, offset }) {
      const { texts, total } = await store.call('removedRules', owner, limit, offset);
      return { items: await allFromJson<RuleVersion>(texts), total };
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
