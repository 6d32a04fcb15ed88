import type { Rule, RuleVersion } from '../contract/rule.ts';
import { AppError } from '../errors.ts';
import type { Bus } from '../ports/bus.ts';
import type { RuleRecords } from '../ports/records.ts';

const PAGE = 500;

export interface Write {
  readonly entry: RuleVersion;
  readonly expectedVersion: number;
  readonly remove?: boolean;
}

/** The records with the habits that every change of a rule needs. */
export function ruleStore(records: RuleRecords, bus?: Bus) {
  async function must(id: string): Promise<Rule> {
    const rule = await records.get(id);
    if (rule === null) throw notFound(id);
    return rule;
  }

  async function all(filter: { enabled?: boolean } = {}): Promise<Rule[]> {
    const rules: Rule[] = [];
    for (;;) {
      const page = await records.list(filter, { limit: PAGE, offset: rules.length });
      rules.push(...page.items);
      if (page.items.length < PAGE) return rules;
    }
  }

  async function write({ entry, expectedVersion, remove }: Write): Promise<void> {
    await records.write(entry, { expectedVersion, ...(remove && { remove }) });
    announce(entry);
  }

  /** All or none. Where the store has no transaction over several rules, what was written is written back. */
  async function writeAll(writes: readonly Write[], undo: (done: Write) => Promise<Write>): Promise<void> {
    if (records.writeAll) {
      await records.writeAll(writes);
    } else {
      const done: Write[] = [];
      try {
        for (const one of writes) {
          await records.write(one.entry, { expectedVersion: one.expectedVersion });
          done.push(one);
        }
      } catch (thrown) {
        for (const one of done.toReversed()) {
          const { entry, ...options } = await undo(one);
          await records.write(entry, options);
        }
        throw thrown;
      }
    }
    for (const one of writes) announce(one.entry);
  }

  function announce(entry: RuleVersion): void {
    bus?.emit({ type: 'rule_changed', rule_id: entry.rule_id, action: entry.action });
  }

  return { must, all, write, writeAll };
}

export const notFound = (id: string, version?: number): AppError =>
  new AppError('RULES_001', {
    ...(version !== undefined && { message: 'The rule has no such version.' }),
    details: { rule_id: id.slice(0, 64), ...(version !== undefined && { version }) },
  });

/** Does it once more when somebody else changed the rule in between. */
export async function onceAgain<T>(attempt: () => Promise<T>): Promise<T> {
  try {
    return await attempt();
  } catch (thrown) {
    if (!(thrown instanceof AppError) || thrown.code !== 'RULES_006') throw thrown;
    return attempt();
  }
}
