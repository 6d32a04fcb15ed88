const ID = /^rule_request-(\d+)$/;

/** The id of a rule that only one request has; the first is 0. */
export const requestRuleId = (index: number): string => `rule_request-${index + 1}`;

export const isRequestRule = (ruleId: string): boolean => ID.test(ruleId);

/** What people call a rule: its id, or which of their own sentences it is. */
export function ruleLabel(ruleId: string): string {
  const number = ID.exec(ruleId)?.[1];
  return number === undefined ? ruleId : `your sentence ${number}`;
}
