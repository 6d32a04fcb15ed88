import { ruleLabel } from '../contract/request-rule.ts';
import type { Rule } from '../contract/rule.ts';
import { oneLine } from '../plain-text.ts';

const LONGEST = 140;

/** The rule's id and its sentence, made harmless: names in it come from callers. */
export function quote(rules: readonly Rule[], id: string): string {
  const sentence = oneLine(rules.find((r) => r.rule_id === id)?.canonical ?? '')
    .replace(/"+/g, "'")
    .trim();
  const name = ruleLabel(id);
  if (sentence === '') return name;
  const letters = [...sentence];
  return `${name} ("${letters.length > LONGEST ? `${letters.slice(0, LONGEST).join('')}…` : sentence}")`;
}
