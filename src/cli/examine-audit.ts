import { InvalidArgumentError } from 'commander';
import type { NotedLine } from '../access/accounts/audit.ts';
import type { App } from '../app/create-app.ts';
import { call } from './caller.ts';
import { attempt, type Check, Found } from './check.ts';

/** Long logs take longer. */
const READ_MS = 60_000;
const NOTED = /^([1-9]\d{0,11}):([0-9a-f]{64})$/;

/** A line as the doctor named it, `NUMBER:HASH`. */
export function notedLine(text: string): NotedLine {
  const [, number, hash] = NOTED.exec(text.trim()) ?? [];
  if (number === undefined || hash === undefined) {
    throw new InvalidArgumentError('it is NUMBER:HASH, as an earlier "h200-mug doctor" said');
  }
  return { number: Number(number), hash };
}

/** Whether the audit log is whole. Only a line that was noted elsewhere shows that its end was not cut off or written anew. */
export async function examineAudit({ services }: Pick<App, 'services'>, noted: NotedLine | null): Promise<Check> {
  const name = 'audit log';
  const look = async () => {
    const { lines, broken_at, newest } = await services.accounts.checkAudit(call, noted);
    if (broken_at !== null) {
      const what =
        noted !== null && broken_at === noted.number
          ? `line ${broken_at}, which was noted, is not there as it was`
          : `line ${broken_at} does not fit the one before, or is not as it was written`;
      throw new Found(
        `${what}: somebody changed the store. Look into the backups what stood there, and who can write to the store.`,
      );
    }
    if (newest === null) return 'no line yet';
    const since = noted === null ? '' : `, and line ${noted.number} is as it was noted`;
    return `${lines} lines, none changed or missing among them${since}; to see later that the end is there, note elsewhere: ${newest.number}:${newest.hash}`;
  };
  const found = await attempt(name, look, READ_MS);
  return found.detail === 'no line yet' ? { name, state: 'off', detail: 'no line yet: nobody logs in here' } : found;
}
