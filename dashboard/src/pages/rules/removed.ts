import { shallowRef } from 'vue';
import type { Rule } from './rules.ts';

const MOST = 20;
/** Rules that were removed on this visit, the newest first. */
export const removed = shallowRef<readonly Rule[]>([]);

export const noteRemoved = (rule: Rule): void => {
  removed.value = [rule, ...removed.value].slice(0, MOST);
};
export const forget = (id: string): void => {
  removed.value = removed.value.filter(({ rule_id }) => rule_id !== id);
};
