import type { Config } from '../config/config.ts';
import type { RegistryKind } from '../ports/registry.ts';

/** Kinds of the registry that may go by age, by the variable that says when. */
const KINDS = {
  H200_RETENTION_FEEDBACK_DAYS: ['feedback'],
  H200_RETENTION_MESSAGES_DAYS: ['dead_letter', 'render'],
  H200_RETENTION_SERIES_DAYS: ['series'],
  H200_RETENTION_TASKS_DAYS: ['a2a_task', 'a2a_push', 'delegation'],
  H200_RETENTION_COSTS_DAYS: ['server_hour', 'server_bill'],
} as const satisfies Partial<Record<keyof Config, readonly RegistryKind[]>>;

export interface KeptKind {
  readonly kind: RegistryKind;
  readonly days: number;
}

export function keptKinds(config: Config): KeptKind[] {
  return Object.entries(KINDS).flatMap(([name, kinds]) => {
    const days = config[name as keyof typeof KINDS];
    return days === undefined ? [] : kinds.map((kind) => ({ kind, days }));
  });
}
