import type { App } from '../app/create-app.ts';
import { attempt, type Check } from './check.ts';

/** Whether the Redis of the configuration answers, and whether it is set up as a cache. */
export async function examineCache(app: Pick<App, 'examine'>, holdsQueue = false): Promise<Check> {
  const name = 'cache';
  let isShared = true;
  const check = await attempt(name, async () => {
    const info = await app.examine.cache();
    isShared = info !== null;
    return info === null ? 'in each process alone: REDIS_HOST is unset' : describe(info, holdsQueue);
  });
  return check.state === 'ok' && !isShared ? { ...check, state: 'off' } : check;
}

/** A Redis with a limit that gives up nothing refuses new entries once it is full; one with a queue must give up nothing else. */
function describe(info: string, holdsQueue: boolean): string {
  const of = (field: string) => new RegExp(`^${field}:([\\w.-]{1,40})\\r?$`, 'm').exec(info)?.[1] ?? 'unknown';
  const policy = of('maxmemory_policy');
  const isBounded = of('maxmemory') !== '0';
  const bound = isBounded ? `at most ${of('maxmemory_human')}` : 'any amount of memory';
  const givesUpAll = /^(allkeys|volatile)-/.test(policy);
  const ofQueue = givesUpAll
    ? ' The queue is there too: set maxmemory-policy to noeviction, or what waits may be given up.'
    : '';
  const hint = holdsQueue
    ? ofQueue
    : !isBounded
      ? ' Set maxmemory (2gb) and maxmemory-policy allkeys-lru where it serves as a cache only.'
      : policy === 'noeviction'
        ? ' Set maxmemory-policy to allkeys-lru: a full Redis takes no new entries.'
        : '';
  const role = of('role') === 'slave' ? ' It is a replica: nothing can be kept there.' : '';
  return `Redis ${of('redis_version')} answers, ${of('used_memory_human')} used, ${bound}, ${policy}.${role}${hint}`;
}
