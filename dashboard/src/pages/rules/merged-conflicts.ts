import type { Conflict } from './rules.ts';

/** Conflicts that are told with the same words are one, with all of their rules: somebody may have a rule twice. */
export function mergedConflicts(conflicts: readonly Conflict[]): Conflict[] {
  const merged = new Map<string, Conflict>();
  for (const conflict of conflicts) {
    const key = `${conflict.kind} ${conflict.explanation} ${conflict.sentences.toSorted().join(' ')}`;
    const known = merged.get(key) ?? { ...conflict, rule_ids: [], sentences: [] };
    const fresh = conflict.rule_ids.map((_, i) => i).filter((i) => !known.rule_ids.includes(conflict.rule_ids[i]!));
    merged.set(key, {
      ...known,
      rule_ids: [...known.rule_ids, ...fresh.map((i) => conflict.rule_ids[i]!)],
      sentences: [...known.sentences, ...fresh.map((i) => conflict.sentences[i]!)],
    });
  }
  return [...merged.values()];
}
