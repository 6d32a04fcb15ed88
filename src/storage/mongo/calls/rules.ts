import type { RuleScope } from '../../../contract/rule.ts';
import { AFTER_ALL, allOf, BEFORE_ALL, pageOf } from '../../records/texts.ts';
import type { Collections } from '../collections.ts';
import { INDEX, type RuleDocument } from '../schema.ts';
import type { MongoCalls } from './mongo-calls.ts';
import { audienceOf, ruleGate } from './rule-gate.ts';
import { beginsWith, behind, textOf } from './texts-of.ts';

const audiencesOf = (owner: string) => [audienceOf({ owner, scope: 'mine' }), audienceOf({ owner, scope: 'everyone' })];

export function ruleCalls(collections: Collections, writer: string) {
  const { rules, history } = collections;
  const gate = ruleGate(collections, writer);

  const seenBy = (owner: string, enabled: boolean | null, type: string | null) => ({
    audience: { $in: audiencesOf(owner) },
    removed: false,
    ...(enabled !== null && { enabled: { $eq: enabled } }),
    ...(type !== null && { type: { $eq: type } }),
  });

  return {
    async getRule(id) {
      const found = await rules.findOne(
        { _id: { $eq: id }, removed: false },
        { projection: { rule: 1 }, hint: INDEX.ids },
      );
      return found && (textOf(found.rule) ?? '');
    },
    async ruleHead(id) {
      const found = await rules.findOne(
        { _id: { $eq: id }, removed: false },
        { projection: { owner: 1, scope: 1 }, hint: INDEX.ids },
      );
      const owner = textOf(found?.owner);
      return owner === null ? null : { owner, scope: found?.scope as RuleScope };
    },
    async listRules(owner, enabled, type, after, limit) {
      const found = await rules
        .find(
          {
            ...seenBy(owner, enabled, type),
            ...behind<RuleDocument>('created_at', after ?? BEFORE_ALL, false),
          },
          { projection: { created_at: 1, rule: 1 }, hint: INDEX.rulesByTime },
        )
        .sort({ created_at: 1, _id: 1 })
        .limit(limit + 1)
        .toArray();
      return pageOf(
        found.map(({ _id: id, created_at: at, rule }) => ({ id, at, text: textOf(rule) })),
        limit,
      );
    },
    countRules: (owner, enabled, type) =>
      rules.countDocuments(seenBy(owner, enabled, type), { hint: INDEX.rulesByTime }),
    async ruleIds(owner, prefix, limit) {
      const found = await rules
        .find(
          { ...seenBy(owner, null, null), _id: beginsWith(prefix) },
          { projection: { _id: 1 }, hint: INDEX.rulesByTime },
        )
        .sort({ created_at: 1, _id: 1 })
        .limit(limit)
        .toArray();
      return found.map(({ _id }) => _id);
    },
    async removedRules(owner, after, limit) {
      const found = await rules
        .find(
          {
            audience: { $in: audiencesOf(owner) },
            removed: true,
            ...behind<RuleDocument>('changed_at', after ?? AFTER_ALL, true),
          },
          { projection: { changed_at: 1, version: 1 }, hint: INDEX.rulesByChange },
        )
        .sort({ changed_at: -1, _id: -1 })
        .limit(limit + 1)
        .toArray();
      const keys = found.map(({ _id, version }) => `${_id} ${version}`);
      const entries = await history.find({ _id: { $in: keys } }, { projection: { entry: 1 } }).toArray();
      const entryOf = new Map(entries.map(({ _id, entry }) => [_id, textOf(entry)]));
      return pageOf(
        found.map(({ _id: id, changed_at: at, version }) => ({
          id,
          at,
          text: entryOf.get(`${id} ${version}`) ?? null,
        })),
        limit,
      );
    },
    async ruleHistory(id) {
      const found = await history
        .find({ rule_id: { $eq: id } }, { projection: { version: 1, entry: 1 }, hint: INDEX.versions })
        .sort({ rule_id: 1, version: 1 })
        .toArray();
      return allOf(found.map(({ version, entry }) => ({ id: `${version}`, text: textOf(entry) })));
    },
    async ruleVersion(id, version) {
      const found = await history.findOne(
        { rule_id: { $eq: id }, version: { $eq: version } },
        { projection: { entry: 1 }, hint: INDEX.versions },
      );
      return found && (textOf(found.entry) ?? '');
    },
    rulesRevision: (owner) => gate.revision(audiencesOf(owner)),
    writeRules: (rows) => gate.write(rows),
  } satisfies Partial<MongoCalls>;
}
