import { newestBackup } from '../app/backups.ts';
import type { Config } from '../config/config.ts';
import { attempt, type Check, Found } from './check.ts';

/** One that is this much too old is missing: the next one may have begun. */
const LATE = 2;

/** Whether there are backups, and as new as they should be. */
export async function examineBackups(config: Config, now = new Date()): Promise<Check> {
  const name = 'backups';
  const { H200_BACKUP_TO: to, H200_BACKUP_EVERY: everyMs } = config;
  if (to === undefined && everyMs === undefined) {
    return { name, state: 'off', detail: 'nothing says where they are kept: H200_BACKUP_TO is unset' };
  }
  return attempt(name, async () => {
    const { at: newest, ahead } = await newestBackup(config, {}, now);
    const aside =
      ahead.length === 0
        ? ''
        : `; not counted, as their time has not come by this machine's clock: ${ahead.length}, the last one ${ahead.at(-1)}`;
    if (newest === null) throw new Found(`there is none yet${aside}. "h200-mug backup create" makes one.`);
    const age = now.getTime() - newest.getTime();
    const said = `the newest is of ${newest.toISOString()}, ${hours(age)} old${aside}`;
    if (everyMs === undefined) return `${said}; nobody makes them by itself: H200_BACKUP_EVERY is unset`;
    if (age > LATE * everyMs) {
      throw new Found(
        `${said}, and one is to be made every ${hours(everyMs)}. A server must run; its log says why none could be made.`,
      );
    }
    return said;
  });
}

const hours = (ms: number): string => `${Math.max(0, Math.round(ms / 360_000) / 10)} h`;
