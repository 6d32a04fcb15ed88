import type { RuleVersion } from '../contract/rule.ts';
import { feedbackId } from '../feedback/feedback-id.ts';
import type { RegistryEntry } from '../ports/registry.ts';
import type { CallName, RecordCalls, Store } from '../storage/records/store.ts';
import type { Texts } from '../storage/records/texts.ts';

/**
 * A store whose records all belong to `owner`, as far as they are read; who changed a rule stays in its history. `rules`: histories to read in place of
 * its own, by id.
 */
export function ownedBy(store: Store, owner: string, rules: Histories = new Map()): Store {
  return { ...seenAs(store, owner, rules), close: () => store.close(), status: () => store.status() };
}

type Histories = ReadonlyMap<string, readonly string[]>;

function seenAs(store: Store, owner: string, rules: Histories): Pick<Store, 'call'> {
  const changed: Partial<{ [N in CallName]: (found: never) => unknown }> = {
    getCalibration: (text: string | null) => text && withOwner(text, owner),
    getAnalysis: (row: object | null) => row && { ...row, owner },
    evaluationsOf: (told: object | null) => told && { ...told, owner },
    ruleHistory: (found: Texts): Texts => ({ ...found, texts: found.texts.map((text) => ruleOf(text, owner)) }),
  };
  return {
    async call<N extends CallName>(name: N, ...args: Parameters<RecordCalls[N]>): Promise<ReturnType<RecordCalls[N]>> {
      const known = name === 'ruleHistory' ? rules.get(String(args[0])) : undefined;
      if (known !== undefined) return { texts: known, ids: known.map(() => args[0]), next: null } as never;
      const found = await store.call(name, ...args);
      if (name === 'listEntries' && args[0] === 'feedback') return feedbackOf(found as Texts, owner) as never;
      const change = changed[name] as ((found: unknown) => ReturnType<RecordCalls[N]>) | undefined;
      return change === undefined ? found : change(found);
    },
  };
}

/** What is no JSON stays as it is, for whoever reads it to say so. */
function changing<T>(text: string, change: (value: T) => T): string {
  try {
    return JSON.stringify(change(JSON.parse(text) as T));
  } catch {
    return text;
  }
}

export const withOwner = (text: string, owner: string): string => changing<object>(text, (one) => ({ ...one, owner }));

export const ruleOf = (text: string, owner: string): string =>
  changing<RuleVersion>(text, (entry) => ({ ...entry, rule: { ...entry.rule, owner } }));

/** What one person said of a thing has an id of both, so that it takes the place of what the person said before. */
export function ownedFeedback(text: string, owner: string): { readonly id: string | null; readonly text: string } {
  let id: string | null = null;
  const changed = changing<RegistryEntry>(text, (entry) => {
    const value = entry.value as { analysis_id: string; object_id: string | null; rule_id: string | null };
    id = feedbackId(owner, value.analysis_id, value.object_id, value.rule_id);
    return { ...entry, id, owner, lookup: `${value.analysis_id} ${id}`, value: { ...value, feedback_id: id } };
  });
  return { id, text: changed };
}

function feedbackOf({ texts, ids, next }: Texts, owner: string): Texts {
  const entries = texts.map((text) => ownedFeedback(text, owner));
  return { texts: entries.map(({ text }) => text), ids: entries.map(({ id }, at) => id ?? ids[at] ?? ''), next };
}
