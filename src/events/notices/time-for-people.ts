/** "1 January 2026, 10:00 UTC", or by the clock of another zone, which is not named; the time as it was given where it is none. */
export function timeForPeople(timestamp: string, timeZone = 'UTC'): string {
  const at = new Date(timestamp);
  if (Number.isNaN(at.getTime())) return timestamp;
  const shown = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat('en-GB', { timeZone, ...options }).format(at);
  return `${shown({ dateStyle: 'long' })}, ${shown({ timeStyle: 'short' })}${timeZone === 'UTC' ? ' UTC' : ''}`;
}
