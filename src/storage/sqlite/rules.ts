import type { Rule, RuleVersion } from '../../contract/rule.ts';
import { AppError } from '../../errors.ts';
import type { RuleRecords } from '../../ports/records.ts';
import { type Db, guarded } from './database.ts';

export function sqliteRules(db: Db): RuleRecords {
  const get = db.prepare<[string], { rule: string }>('SELECT rule FROM rules WHERE id = ?');
  const where = '(? IS NULL OR enabled = ?) AND (? IS NULL OR type = ?)';
  type Filter = [number | null, number | null, string | null, string | null];
  const list = db.prepare<[...Filter, number, number], { rule: string }>(
    `SELECT rule FROM rules WHERE ${where} ORDER BY created_at, id LIMIT ? OFFSET ?`,
  );
  const count = db.prepare<Filter, { n: number }>(`SELECT count(*) AS n FROM rules WHERE ${where}`);
  const version = db.prepare<[string], { version: number }>('SELECT version FROM rules WHERE id = ?');
  const upsert = db.prepare(
    `INSERT INTO rules (id, version, enabled, type, created_at, rule) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET version = excluded.version, enabled = excluded.enabled, type = excluded.type,
       rule = excluded.rule`,
  );
  const remove = db.prepare<[string]>('DELETE FROM rules WHERE id = ?');
  const append = db.prepare('INSERT INTO rule_history (rule_id, version, entry) VALUES (?, ?, ?)');
  const history = db.prepare<[string], { entry: string }>(
    'SELECT entry FROM rule_history WHERE rule_id = ? ORDER BY version',
  );
  const bump = db.prepare(`UPDATE counters SET value = value + 1 WHERE name = 'rules_revision'`);
  const revision = db.prepare<[], { value: number }>(`SELECT value FROM counters WHERE name = 'rules_revision'`);

  const write = db.transaction((entry: RuleVersion, expectedVersion: number, removed: boolean) => {
    const stored = version.get(entry.rule_id)?.version ?? 0;
    if (stored !== expectedVersion) {
      throw new AppError('RULES_006', { details: { rule_id: entry.rule_id, expected: expectedVersion, stored } });
    }
    append.run(entry.rule_id, entry.version, JSON.stringify(entry));
    if (removed) remove.run(entry.rule_id);
    else {
      const { rule } = entry;
      upsert.run(rule.rule_id, rule.version, rule.enabled ? 1 : 0, rule.type, rule.created_at, JSON.stringify(rule));
    }
    bump.run();
  });

  type Write = { readonly entry: RuleVersion; readonly expectedVersion: number; readonly remove?: boolean };
  const writeAll = db.transaction((entries: readonly Write[]) => {
    for (const { entry, expectedVersion, remove: removed } of entries) write(entry, expectedVersion, removed ?? false);
  });

  return {
    async get(id) {
      const row = guarded(() => get.get(id));
      return row ? (JSON.parse(row.rule) as Rule) : null;
    },
    async list({ enabled, type }, { limit, offset }) {
      const flag = enabled === undefined ? null : enabled ? 1 : 0;
      const filter: Filter = [flag, flag, type ?? null, type ?? null];
      return guarded(() => ({
        items: list.all(...filter, limit, offset).map((row) => JSON.parse(row.rule) as Rule),
        total: count.get(...filter)?.n ?? 0,
      }));
    },
    async write(entry, { expectedVersion, remove: removed }) {
      guarded(() => write.immediate(entry, expectedVersion, removed ?? false));
    },
    async writeAll(entries) {
      guarded(() => writeAll.immediate(entries));
    },
    async history(id) {
      return guarded(() => history.all(id).map((row) => JSON.parse(row.entry) as RuleVersion));
    },
    async revision() {
      return guarded(() => revision.get()?.value ?? 0);
    },
  };
}
