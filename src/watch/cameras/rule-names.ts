import type { Rule } from '../../contract/rule.ts';
import { shortText } from '../../plain-text.ts';

const LONGEST = 120;

/** What each rule is called where several are told of: its name, and what it says where another one bears that name. */
export function ruleNames(rules: readonly Pick<Rule, 'rule_id' | 'name' | 'canonical'>[]): Map<string, string> {
  const bearers = Map.groupBy(rules, ({ name }) => name.toLowerCase());
  return new Map(
    rules.map(({ rule_id, name, canonical }) => {
      const isAlone = bearers.get(name.toLowerCase())?.length === 1;
      return [rule_id, isAlone ? name : `${name} (${shortText(canonical, LONGEST)})`];
    }),
  );
}
