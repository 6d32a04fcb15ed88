import { can } from '../access/can.ts';
import { readOwn } from '../access/read-own.ts';
import type { CallContext } from '../contract/call-context.ts';
import type { Page } from '../contract/page.ts';
import type { Rule, RuleHistory, RuleVersion } from '../contract/rule.ts';
import { AppError } from '../errors.ts';
import type { Bus } from '../ports/bus.ts';
import type { RuleFilter, RuleRecords, RuleWrite } from '../ports/records.ts';
import { type PromisedNews, ruleChanged, wroteNothing } from './promised-news.ts';

const PAGE = 500;

/** The records with the habits that every use of a rule needs. */
export function ruleStore(records: RuleRecords, bus?: Bus, news?: PromisedNews) {
  /** The rule, or RULES_001 also where it is not the caller's. */
  async function getOrThrow(ctx: CallContext, id: string): Promise<Rule> {
    return readOwn(
      records,
      id,
      (rule) => can(ctx.principal, 'rules:read', rule),
      () => gone(ctx, id),
    );
  }

  /** RULES_001, which says how a removed rule of the caller's comes back. */
  async function gone(ctx: CallContext, id: string): Promise<AppError> {
    if ((await records.head(id)) !== null) return notFound(id);
    const last = (await records.history(id)).versions.at(-1);
    return last === undefined || !can(ctx.principal, 'rules:read', last.rule) ? notFound(id) : removed(last);
  }

  /** All versions, or RULES_001 also where the newest is not the caller's. */
  async function history(ctx: CallContext, id: string): Promise<RuleHistory> {
    const found = await records.history(id);
    const newest = found.versions.at(-1);
    if (newest === undefined || !can(ctx.principal, 'rules:read', newest.rule)) throw notFound(id);
    return found;
  }

  /** The rule as it was last, where the rule itself cannot be read any more. */
  async function lastReadable(ctx: CallContext, id: string, failure: unknown): Promise<Rule> {
    const { versions, unreadable } = await history(ctx, id).catch(() => Promise.reject(failure));
    const last = versions.at(-1)!;
    return { ...last.rule, version: Math.max(last.version, ...unreadable) };
  }

  async function all(ctx: CallContext, filter: RuleFilter = {}): Promise<Rule[]> {
    return (await every(ctx, filter)).rules;
  }

  async function every(ctx: CallContext, filter: RuleFilter): Promise<{ rules: Rule[]; unreadable: string[] }> {
    const rules: Rule[] = [];
    const unreadable: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Page<Rule> = await records.list(ctx.principal.id, filter, {
        limit: PAGE,
        ...(cursor !== null && { cursor }),
      });
      rules.push(...page.items);
      unreadable.push(...(page.unreadable ?? []));
      cursor = page.nextCursor;
    } while (cursor !== null);
    return { rules, unreadable };
  }

  async function write(...entries: readonly RuleWrite[]): Promise<void> {
    const promised = (await news?.promise(entries.map(({ entry }) => entry))) ?? [];
    try {
      await records.write(entries);
    } catch (thrown) {
      // Else nobody knows whether it was written: whoever looks at the note later does.
      if (wroteNothing(thrown)) await news?.keep(promised);
      throw thrown;
    }
    let untold = 0;
    for (const { entry } of entries) if (await bus?.emit(ruleChanged(entry))) untold += 1;
    if (untold === 0) await news?.keep(promised);
  }

  return { getOrThrow, history, lastReadable, all, every, write };
}

export type RuleStore = ReturnType<typeof ruleStore>;

export const notFound = (id: string, version?: number): AppError =>
  new AppError('RULES_001', {
    ...(version !== undefined && { message: 'The rule has no such version.' }),
    details: { rule_id: id.slice(0, 64), ...(version !== undefined && { version }) },
  });

const removed = ({ rule_id, created_at }: RuleVersion): AppError =>
  new AppError('RULES_001', {
    message: `The rule was deleted (${created_at}).`,
    advice: `Bring it back with update_rule {"rule_id": "${rule_id}", "action": "restore"}; its history is in rule://${rule_id}.`,
    details: { rule_id, deleted_at: created_at },
  });

/** Does it once more when somebody else changed the rule in between. */
export async function retryOnVersionConflict<T>(attempt: () => Promise<T>): Promise<T> {
  try {
    return await attempt();
  } catch (thrown) {
    if (!(thrown instanceof AppError) || thrown.code !== 'RULES_006') throw thrown;
    return attempt();
  }
}
