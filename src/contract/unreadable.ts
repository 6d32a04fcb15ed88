const MOST_NAMED = 5;

const names = (ids: readonly string[]) =>
  [...ids.slice(0, MOST_NAMED), ...(ids.length > MOST_NAMED ? [`${ids.length - MOST_NAMED} more`] : [])].join(', ');

const NOT_CHECKED = 'Not checked, because the stored record is damaged: ';

/** The warning of an analysis that left out enabled rules which nobody can read. */
export const notChecked = (ruleIds: readonly string[]): string[] =>
  ruleIds.length === 0 ? [] : [`${NOT_CHECKED}${names(ruleIds)}. Restore or delete them with update_rule.`];

export const isNotChecked = (warning: string): boolean => warning.startsWith(NOT_CHECKED);

/** What a list says about the entries that it leaves out. */
export const leftOutLine = (ids: readonly string[] | undefined): string[] =>
  ids === undefined || ids.length === 0
    ? []
    : [`Left out, because the stored record is damaged (h200-mug doctor says more): ${names(ids)}.`];
