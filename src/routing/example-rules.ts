import type { Rule } from '../contract/rule.ts';
import { parseSentence } from '../language/grammar/parse.ts';

const SENTENCES = ['Keep mugs at least 15 cm away from laptops', 'Keep mugs at least 5 cm away from the table edge'];
const AT = '2026-01-01T00:00:00.000Z';

/** What the example desk is checked by: one that it breaks, and one that it keeps. */
export const exampleRules = (): Rule[] =>
  SENTENCES.flatMap((text, at) => {
    const read = parseSentence(text);
    if (!read.ok) return [];
    const common = { enabled: true, version: 1, created_at: AT, updated_at: AT, created_by: 'system' } as const;
    return [{ ...read.draft, rule_id: `rule_example${at + 1}`, ...common, owner: 'system', scope: 'mine' as const }];
  });
