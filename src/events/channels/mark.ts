import type { Severity } from '../../contract/notification.ts';

/** What a severity looks like at a glance. */
export const MARK: Readonly<Record<Severity, string>> = {
  critical: '🔴',
  error: '🟠',
  warning: '🟡',
  info: '🔵',
  success: '🟢',
};
