import type { Version } from './rules.ts';

export interface Difference {
  readonly field: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** What every version changes, or what others say better. */
const UNTOLD = new Set([
  'version',
  'updated_at',
  'created_at',
  'created_by',
  'conditions',
  'actions',
  'source',
  'type',
  'assumptions',
]);

/** What differs between two versions of a rule, as texts. */
export function differences(before: Version, after: Version): Difference[] {
  const older = before.rule as unknown as Record<string, unknown>;
  const newer = after.rule as unknown as Record<string, unknown>;
  return [...new Set([...Object.keys(older), ...Object.keys(newer)])]
    .filter((field) => !UNTOLD.has(field) && JSON.stringify(older[field]) !== JSON.stringify(newer[field]))
    .map((field) => ({ field, before: textOf(older[field]), after: textOf(newer[field]) }));
}

function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
