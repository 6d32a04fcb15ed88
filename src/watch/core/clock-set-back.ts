const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/** What is remembered of a time after `at`, which the clock has not reached yet, counts from `at` on. */
export function notAfter<T>(remembered: T, at: Date): T {
  const latest = at.toISOString();
  const clamped = (value: unknown): unknown => {
    if (typeof value === 'string') return TIME.test(value) && value > latest ? latest : value;
    if (Array.isArray(value)) return value.map(clamped);
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, clamped(one)]));
  };
  return clamped(remembered) as T;
}
