import type { Rule } from '../../src/contract/rule.ts';
import { parseSentence } from '../../src/language/grammar/parse.ts';

let count = 0;

/** A stored rule made of a sentence. */
export function draftOf(sentence: string, extra: Partial<Rule> = {}): Rule {
  const parsed = parseSentence(sentence);
  if (!parsed.ok) throw new Error(`not understood: ${sentence}`);
  return {
    rule_id: `rule_s${++count}`,
    ...parsed.draft,
    enabled: true,
    version: 1,
    created_at: '2026-01-01T00:00:00.000Z',
    updated_at: '2026-01-01T00:00:00.000Z',
    created_by: 'test',
    owner: 'local',
    scope: 'mine',
    ...extra,
  };
}
