import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { RuleVersion } from '../contract/rule.ts';
import { AppError } from '../errors.ts';
import type { Bus, NewEvent } from '../ports/bus.ts';
import type { RuleRecords } from '../ports/records.ts';
import type { Registry, RegistryEntry } from '../ports/registry.ts';

/** What one entry of the registry holds. */
const MOST = 1000;
/** One look takes up so many; the next one the others. */
const AT_ONCE = 100;

type Change = Pick<RuleVersion, 'rule_id' | 'version' | 'action'>;
const Promised = z.array(z.tuple([z.string(), z.int(), z.enum(['created', 'updated', 'deleted', 'restored'])]));

interface NewsParts {
  readonly registry: Registry;
  readonly rules: Pick<RuleRecords, 'history'>;
  readonly bus: Bus;
  readonly now: () => Date;
}

/** The event of one version of a rule: told again, it is the same one. */
export const ruleChanged = ({ rule_id, version, action, rule }: Omit<RuleVersion, 'changes'>): NewEvent => {
  const { owner, scope, name, canonical: text } = rule;
  return { id: `evt_${rule_id}_${version}`, type: 'rule_changed', rule_id, action, name, text, owner, scope };
};

/**
 * That rules are about to be written is noted before, and taken back once all is told: a process that is killed in between leaves the
 * note, from which another one tells what was written.
 */
export class PromisedNews {
  private readonly parts: NewsParts;

  constructor(parts: NewsParts) {
    this.parts = parts;
  }

  /** Ids of the notes, for `keep`. */
  async promise(changes: readonly Change[]): Promise<string[]> {
    const { registry, now } = this.parts;
    const notes: RegistryEntry[] = [];
    for (let at = 0; at < changes.length; at += MOST) {
      const value = changes.slice(at, at + MOST).map(({ rule_id, version, action }) => [rule_id, version, action]);
      const made = { lookup: null, owner: 'system', created_at: now().toISOString(), expires_at: null, version: 1 };
      notes.push({ id: randomUUID(), ...made, value });
    }
    await registry.addAll('rule_news', notes);
    return notes.map(({ id }) => id);
  }

  /** All was told, or nothing was written. A note that cannot be taken back fails nothing: it is told once more. */
  async keep(ids: readonly string[]): Promise<void> {
    for (const id of ids) await this.parts.registry.remove('rule_news', id).catch(() => false);
  }

  /** Tells what processes that were killed have written and not told; how many events. `olderThanMs`: others may be at it. */
  async tellLeft(olderThanMs: number): Promise<number> {
    const { registry, now } = this.parts;
    const before = new Date(now().getTime() - olderThanMs).toISOString();
    const { items } = await registry.list('rule_news', null, { limit: AT_ONCE });
    let told = 0;
    for (const { id, value, created_at } of items.toReversed()) {
      if (created_at > before) continue;
      const promised = Promised.safeParse(value);
      const changes = promised.success ? promised.data : [];
      for (const [rule_id, version, action] of changes) told += await this.tellWritten({ rule_id, version, action });
      await registry.remove('rule_news', id);
    }
    return told;
  }

  private async tellWritten({ rule_id, version, action }: Change): Promise<number> {
    const { versions } = await this.parts.rules.history(rule_id);
    const written = versions.find((one) => one.version === version && one.action === action);
    if (written === undefined) return 0;
    const failed = await this.parts.bus.emit(ruleChanged(written));
    if (failed !== null) throw failed;
    return 1;
  }
}

/** Somebody else changed the rule first: nothing of it was written. */
export const wroteNothing = (thrown: unknown): boolean => thrown instanceof AppError && thrown.code === 'RULES_006';
