import { integer, variable } from './variable.ts';

const days = (defaultText: string, description: string) =>
  variable('retention', integer(1, 36_500).optional(), defaultText, description);

const FOR_EVER = 'unset: for ever';

/** How long things are kept, in days. Nothing is deleted while the clock is in doubt. */
export const RETENTION = {
  H200_RETENTION_DAYS: days(
    'unset: until somebody deletes them',
    'Analyses and their photos that are older are deleted, at every start and every hour, whoever made them; with them go what was said of them, their search words, pictures and links.',
  ),
  H200_RETENTION_AUDIT_DAYS: days(
    FOR_EVER,
    'Lines of the audit log that are older go; a line says up to which one, so that the rest can still be checked.',
  ),
  H200_RETENTION_FEEDBACK_DAYS: days(
    'unset: as long as its analysis',
    'What was said of answers and is older goes, also where the analysis stays.',
  ),
  H200_RETENTION_MESSAGES_DAYS: days(
    'unset: 30 days',
    'Messages that could not be delivered, and pictures made for messages, go after so long already.',
  ),
  H200_RETENTION_SERIES_DAYS: days('unset: up to 33 days', 'Metrics over time go after so long already.'),
  H200_RETENTION_TASKS_DAYS: days(
    'unset: a week, or 30 days',
    'Tasks of other agents, and what was handed on to others, go after so long already.',
  ),
  H200_RETENTION_COSTS_DAYS: days('unset: 92 days', 'What GPU servers did and cost goes after so long already.'),
} as const;
