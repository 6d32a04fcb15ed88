import type { CallContext } from '../contract/call-context.ts';
import type { Part } from '../contract/part.ts';
import { LOCAL } from '../contract/principal.ts';
import { AppError, ERRORS, toAppError } from '../errors.ts';
import { cameraStateWords } from '../presentation/camera-answer.ts';
import type { QueueHealth } from '../queue/service.ts';
import type { Services } from '../services.ts';
import { VERSION } from '../version.ts';

/** How the backups are that this server makes by itself. */
export interface BackupsSeen {
  readonly newest: Date | null;
  /** Why the last one failed; null: it did not. */
  readonly problem: string | null;
}

export interface KnownParts
  extends Pick<Services, 'storeHealth' | 'blobStatus' | 'cacheStatistics' | 'notifications' | 'queue' | 'models'> {
  readonly fleet: Pick<Services['fleet'], 'list'>;
  readonly cameras: Pick<Services['cameras'], 'count' | 'list'>;
  /** Null: this server makes none by itself. */
  readonly backups: () => BackupsSeen | null;
}

/** The program itself asks. */
const SELF: CallContext = { principal: LOCAL };
const MOST_CAMERAS = 100;

type Looks = readonly (readonly [string, () => Part | Promise<Part>])[];

/** Parts that health tells of by itself, which costs as little. */
export function checkedParts(services: KnownParts): Looks {
  return [
    ['record store', () => recordStore(services)],
    ['file store', () => fileStore(services)],
    ['cache', () => cache(services)],
    ['queue', () => queuePart(services.queue.health())],
    ['messages', () => messages(services)],
    ['model', () => model(services)],
  ];
}

/** What a running server knows of its other parts without asking anybody, under the names that the doctor gives them. */
export function knownParts(services: KnownParts): Looks {
  return [
    ['RunPod', () => runpod(services)],
    ['cameras', () => cameras(services)],
    ['backups', () => backups(services)],
  ];
}

/** Each as it is; one that cannot be seen as failed. */
export const lookAtAll = (looks: Looks): Promise<Part[]> => Promise.all(looks.map(([name, see]) => look(name, see)));

const ok = (name: string, detail: string): Part => ({ name, state: 'ok', detail });
const off = (name: string, detail: string): Part => ({ name, state: 'off', detail });
const failed = (name: string, detail: string): Part => ({ name, state: 'failed', detail });

async function recordStore({ storeHealth }: KnownParts): Promise<Part> {
  const name = 'record store';
  const { backend, state, writable, damage, unreadable } = await storeHealth();
  if (state !== 'connected') return failed(name, `${backend}: ${state}. ${ERRORS.DB_001.advice}`);
  if (damage !== null) return failed(name, `${backend} is damaged: "h200-mug doctor" says what to do`);
  if (writable !== null)
    return failed(name, `${backend} cannot be written (${writable}): "h200-mug doctor" says what to do`);
  if ((unreadable ?? 0) > 0)
    return failed(name, `${backend}: ${unreadable} records cannot be read. "h200-mug doctor" names them`);
  return ok(name, `${backend}, can be read and written`);
}

function fileStore({ blobStatus }: KnownParts): Part {
  const { backend, state } = blobStatus();
  const isThere = state === 'connected' || state === 'connecting';
  return isThere
    ? ok('file store', `${backend}: ${state}`)
    : failed('file store', `${backend}: ${state}. ${ERRORS.STORAGE_004.advice}`);
}

function cache({ cacheStatistics }: KnownParts): Part {
  const shared = cacheStatistics(SELF).shared?.state;
  if (shared === undefined) return off('cache', 'in each process alone: REDIS_HOST is unset');
  return shared === 'connected'
    ? ok('cache', 'Redis answers')
    : failed(
        'cache',
        `Redis: ${shared}. Start it, or correct the REDIS_ variables; each server caches alone until then`,
      );
}

export function queuePart(queue: QueueHealth | null): Part {
  const name = 'queue';
  if (queue === null) return off(name, 'each server computes itself: H200_QUEUE is unset');
  const { state, workers, waiting, fallback } = queue;
  const besides = fallback ? ' Until then this server computes itself.' : '';
  if (state === 'unreachable')
    return failed(name, `QUEUE_001: Redis gives no answer. Correct the REDIS_ variables, or start it.${besides}`);
  if (workers === 0)
    return failed(
      name,
      `QUEUE_002: No worker of version ${VERSION} takes analyses. Start "h200-mug worker".${besides}`,
    );
  return ok(
    name,
    `${workers ?? 'not yet known how many'} workers take analyses, ${waiting ?? 'not yet known how many'} wait`,
  );
}

function messages({ notifications }: KnownParts): Part {
  const name = 'messages';
  const targets = notifications.states(SELF);
  if (targets.length === 0) return off(name, 'sent nowhere: WEBHOOK_URL and the like are unset');
  const bad = targets.filter(({ state }) => state !== 'ok').map(({ target }) => target);
  return bad.length === 0
    ? ok(name, targets.map(({ target }) => target).join(', '))
    : failed(name, `${bad.join(', ')}: tried again. "h200-mug notify status" says why`);
}

async function runpod({ fleet }: KnownParts): Promise<Part> {
  const name = 'RunPod';
  try {
    const { servers, provider } = await fleet.list(SELF);
    const known = `${provider.simulated ? 'simulated: ' : ''}${servers.length} servers known`;
    return provider.state === 'unreachable' || provider.state === 'refused'
      ? failed(name, `${known}; ${provider.state}: "h200-mug doctor" says why`)
      : ok(name, known);
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.code === 'SERVER_005')
      return off(name, 'no GPU servers are rented: RUNPOD_API_KEY is unset');
    throw thrown;
  }
}

async function cameras({ cameras: service }: KnownParts): Promise<Part> {
  const name = 'cameras';
  if ((await service.count(SELF)) === 0) return off(name, 'there is none: "h200-mug cameras add" makes one');
  const { items } = await service.list(SELF, { limit: MOST_CAMERAS });
  const words = items.map(cameraStateWords).join('; ');
  return items.some(({ state }) => state === 'in_trouble') ? failed(name, words) : ok(name, words);
}

function backups({ backups: seen }: KnownParts): Part {
  const name = 'backups';
  const state = seen();
  if (state === null) return off(name, 'this server makes none by itself: H200_BACKUP_EVERY is unset');
  if (state.problem !== null) return failed(name, state.problem);
  return ok(name, state.newest === null ? 'the first one is due' : `the newest is of ${state.newest.toISOString()}`);
}

function model({ models, queue }: KnownParts): Part {
  const name = 'model';
  const all = models(SELF);
  const selected = all.find((one) => one.selected);
  if (selected?.installed && selected.state !== 'ERROR')
    return ok(name, [selected.name, selected.provider, selected.state].filter((one) => one != null).join(', '));
  const away = queue.health();
  if (away !== null && !away.fallback) return off(name, 'workers on other machines have it');
  const damaged = selected ?? all.find(({ error }) => error !== null);
  return damaged === undefined
    ? failed(name, `ANALYSIS_001: ${ERRORS.ANALYSIS_001.advice}`)
    : failed(name, `ANALYSIS_007: ${damaged.name}: ${damaged.error} ${ERRORS.ANALYSIS_007.advice}`);
}

/** A part that cannot be seen is told as failed, with its error. */
async function look(name: string, see: () => Part | Promise<Part>): Promise<Part> {
  try {
    return await see();
  } catch (thrown) {
    const { code, message, advice } = toAppError(thrown);
    return failed(name, `${code}: ${message} ${advice}`);
  }
}
