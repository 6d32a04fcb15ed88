import type { RuleScope, RuleVersion } from '../../../contract/rule.ts';
import { AppError } from '../../../errors.ts';
import type { ListPosition } from '../../../ports/cursor.ts';
import type { RuleWriteRow } from '../../records/rows.ts';
import { AFTER_ALL, allOf, BEFORE_ALL, type PageRow, pageOf, rowByRow, type Texts } from '../../records/texts.ts';
import { ofRow, orElse } from '../damaged-rows.ts';
import { asOneWrite, type Db } from '../database.ts';

export function ruleTable(db: Db) {
  const get = db.prepare<[string], { rule: string }>('SELECT rule FROM rules WHERE id = ?');
  const visible = "(owner = ? OR scope = 'everyone')";
  const where = `${visible} AND (? IS NULL OR enabled = ?) AND (? IS NULL OR type = ?)`;
  type Filter = [string, number | null, number | null, string | null, string | null];
  const list = db.prepare<[...Filter, string, string, number], PageRow>(
    `SELECT created_at AS at, id, rule AS text FROM rules WHERE ${where} AND (created_at, id) > (?, ?)
     ORDER BY created_at, id LIMIT ?`,
  );
  const keys = db.prepare<[string, string], ListPosition>(
    `SELECT created_at AS at, id FROM rules INDEXED BY rules_by_time WHERE (created_at, id) > (?, ?)
     ORDER BY created_at, id`,
  );
  const wanted = db.prepare<[string, ...Filter], { rule: string }>(`SELECT rule FROM rules WHERE id = ? AND ${where}`);
  const ids = db.prepare<[string, string, string, number], { id: string }>(
    `SELECT id FROM rules WHERE ${visible} AND substr(id, 1, length(?)) = ? ORDER BY created_at, id LIMIT ?`,
  );
  const count = db.prepare<Filter, { n: number }>(`SELECT count(*) AS n FROM rules WHERE ${where}`);
  const version = db.prepare<[string], { version: number }>('SELECT version FROM rules WHERE id = ?');
  const upsert = db.prepare(
    `INSERT INTO rules (id, version, enabled, type, created_at, owner, scope, rule) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET version = excluded.version, enabled = excluded.enabled, type = excluded.type,
       owner = excluded.owner, scope = excluded.scope, rule = excluded.rule`,
  );
  const remove = db.prepare<[string]>('DELETE FROM rules WHERE id = ?');
  const append = db.prepare('INSERT INTO rule_history (rule_id, version, entry) VALUES (?, ?, ?)');
  const history = db.prepare<[string], { id: string; text: string }>(
    'SELECT version AS id, entry AS text FROM rule_history WHERE rule_id = ? ORDER BY version',
  );
  const versions = db.prepare<[string], { version: number }>(
    'SELECT version FROM rule_history WHERE rule_id = ? ORDER BY version',
  );
  const entry = db.prepare<[string, number], { entry: string }>(
    'SELECT entry FROM rule_history WHERE rule_id = ? AND version = ?',
  );
  const field = (path: string) => `CASE WHEN json_valid(entry) THEN json_extract(entry, '${path}') END`;
  // Whose one is that cannot be read, nobody knows: it is told to all.
  const gone = `FROM rule_history h WHERE
     (${field('$.rule.owner')} = ? OR ${field('$.rule.scope')} = 'everyone' OR NOT json_valid(entry))
     AND version = (SELECT max(version) FROM rule_history WHERE rule_id = h.rule_id)
     AND NOT EXISTS (SELECT 1 FROM rules WHERE id = h.rule_id)`;
  const removedAt = `coalesce(${field('$.created_at')}, '')`;
  const removed = db.prepare<[string, string, string, number], PageRow>(
    `SELECT ${removedAt} AS at, rule_id AS id, entry AS text ${gone} AND (${removedAt}, rule_id) < (?, ?)
     ORDER BY ${removedAt} DESC, rule_id DESC LIMIT ?`,
  );
  const owned = db.prepare<[string], { owner: string; scope: RuleScope }>(
    'SELECT owner, scope FROM rules WHERE id = ?',
  );
  const bump = db.prepare<[string]>(
    'INSERT INTO counters (name, value) VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET value = value + 1',
  );
  const counter = db.prepare<[string], { value: number }>('SELECT value FROM counters WHERE name = ?');

  function filterOf(owner: string, enabled: boolean | null, type: string | null): Filter {
    const flag = enabled === null ? null : enabled ? 1 : 0;
    return [owner, flag, flag, type, type];
  }

  function writeOne({ entry: text, expectedVersion, remove: isRemoved }: RuleWriteRow): void {
    const entry = JSON.parse(text) as RuleVersion;
    const { rule } = entry;
    const stored = version.get(entry.rule_id)?.version ?? 0;
    if (stored !== expectedVersion) {
      throw new AppError('RULES_006', { details: { rule_id: entry.rule_id, expected: expectedVersion, stored } });
    }
    const before = owned.get(entry.rule_id);
    append.run(entry.rule_id, entry.version, text);
    if (isRemoved) remove.run(entry.rule_id);
    else {
      const { rule_id, enabled, type, created_at, owner, scope } = rule;
      upsert.run(rule_id, rule.version, enabled ? 1 : 0, type, created_at, owner, scope, JSON.stringify(rule));
    }
    for (const name of new Set([counterOf(rule), ...(before ? [counterOf(before)] : [])])) bump.run(name);
  }

  const write = asOneWrite(db, (entries: readonly RuleWriteRow[]) => {
    for (const entry of entries) writeOne(entry);
  });

  return {
    reads: {
      getRule: (id: string): string | null => ofRow(() => get.get(id))?.rule ?? null,
      ruleHead: (id: string): { owner: string; scope: RuleScope } | null => ofRow(() => owned.get(id)) ?? null,
      listRules(
        owner: string,
        enabled: boolean | null,
        type: string | null,
        after: ListPosition | null,
        limit: number,
      ): Texts {
        const { at, id } = after ?? BEFORE_ALL;
        const filter = filterOf(owner, enabled, type);
        const rows = orElse(
          () => list.all(...filter, at, id, limit + 1),
          () =>
            rowByRow(keys.iterate(at, id), limit + 1, (one) =>
              orElse(
                () => wanted.get(one, ...filter)?.rule,
                () => null,
              ),
            ),
        );
        return pageOf(rows, limit);
      },
      countRules(owner: string, enabled: boolean | null, type: string | null): number {
        const filter = filterOf(owner, enabled, type);
        return orElse(
          () => count.get(...filter)?.n ?? 0,
          () =>
            rowByRow(keys.iterate('', ''), Number.POSITIVE_INFINITY, (one) =>
              orElse(
                () => wanted.get(one, ...filter)?.rule,
                () => null,
              ),
            ).length,
        );
      },
      ruleIds: (owner: string, prefix: string, limit: number): string[] =>
        ids.all(owner, prefix, prefix, limit).map((row) => row.id),
      removedRules(owner: string, after: ListPosition | null, limit: number): Texts {
        const { at, id } = after ?? AFTER_ALL;
        return pageOf(removed.all(owner, at, id, limit + 1), limit);
      },
      ruleHistory: (id: string): Texts =>
        orElse(
          () => allOf(history.all(id).map((row) => ({ ...row, id: `${row.id}` }))),
          () =>
            allOf(
              versions.all(id).map(({ version }) => ({
                id: `${version}`,
                text:
                  orElse(
                    () => entry.get(id, version),
                    () => undefined,
                  )?.entry ?? null,
              })),
            ),
        ),
      ruleVersion: (id: string, version: number): string | null => ofRow(() => entry.get(id, version))?.entry ?? null,
      rulesRevision: (owner: string): string =>
        [counterOf({ owner, scope: 'mine' }), counterOf({ owner, scope: 'everyone' })]
          .map((name) => counter.get(name)?.value ?? 0)
          .join('.'),
    },
    writes: {
      writeRules(entries: readonly RuleWriteRow[]): void {
        write(entries);
      },
    },
  };
}

/** Counts the changes of one person's rules, or of everyone's. */
const counterOf = ({ owner, scope }: { owner: string; scope: string }) =>
  scope === 'everyone' ? 'rules of everyone' : `rules of owner ${owner}`;
