/** What the list is narrowed to; empty texts narrow nothing. */
export interface Filters {
  readonly text: string;
  readonly rule: string;
  readonly verdict: string;
  readonly object: string;
  readonly since: string;
  readonly until: string;
  /** A stored calibration. The search does not know cameras: it narrows the list alone. */
  readonly camera: string;
}

export const NO_FILTERS: Filters = { text: '', rule: '', verdict: '', object: '', since: '', until: '', camera: '' };

export const isFiltered = (filters: Filters): boolean => Object.values(filters).some((value) => value.trim() !== '');

/** `filters` with a change: a camera is chosen alone, and whatever else is chosen takes it away. */
export function changed(filters: Filters, change: Partial<Filters>): Filters {
  if (change.camera) return { ...NO_FILTERS, camera: change.camera };
  const next = { ...filters, ...change };
  return isFiltered({ ...next, camera: '' }) ? { ...next, camera: '' } : next;
}

/** As the search takes them: days are those of this browser, and both ends belong to it. */
export function searchQuery({ text, rule, verdict, object, since, until }: Filters) {
  const start = (day: string, plus: number) => {
    const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
    return new Date(year, month - 1, date + plus).toISOString();
  };
  return {
    ...(text.trim() && { text: text.trim() }),
    ...(rule && { rule_id: rule }),
    ...(verdict && { verdict }),
    ...(object && { objects: object }),
    ...(since && { since: start(since, 0) }),
    ...(until && { until: start(until, 1) }),
  };
}
