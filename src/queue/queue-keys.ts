import { PRIORITIES, type Priority } from '../contract/priority.ts';
import { VERSION } from '../version.ts';

/** Names in Redis of one namespace: all in one slot of a cluster, for scripts name several. */
export interface QueueKeys {
  readonly prefix: string;
  /** As BullMQ calls it: what another version puts in may mean another thing, so nobody else takes it. */
  readonly queue: string;
  /** What is to be done: it is there as long as somebody waits for it. */
  work(id: string): string;
  /** What came out. */
  result(id: string): string;
  /** BullMQ's own entry of a job. */
  job(id: string): string;
  readonly failed: string;
  /** Who waits or runs, of each priority, until when at the latest. */
  readonly places: readonly string[];
  readonly held: string;
  readonly sizes: string;
  readonly pace: string;
  readonly late: string;
  /** How long a worker has one, in the mean. */
  readonly took: string;
  /** Who was told to come back, of each priority, when. */
  readonly told: readonly string[];
  readonly workers: string;
  readonly seen: string;
  readonly dead: string;
  replaying(id: string): string;
}

export function queueKeys(namespace: string): QueueKeys {
  const prefix = `h200:{queue:${namespace}}`;
  const queue = `analyses-${VERSION}`;
  const of = (name: string) => `${prefix}:${name}`;
  return {
    prefix,
    queue,
    work: (id) => of(`work:${id}`),
    result: (id) => of(`result:${id}`),
    job: (id) => of(`${queue}:${id}`),
    failed: of(`${queue}:failed`),
    places: PRIORITIES.map((priority) => of(`places:${priority}`)),
    held: of('held'),
    sizes: of('sizes'),
    pace: of('pace'),
    late: of('late'),
    took: of('took'),
    told: PRIORITIES.map((priority) => of(`told:${priority}`)),
    workers: of('workers'),
    seen: of('seen'),
    dead: of(`${queue}:dead`),
    replaying: (id) => of(`replaying:${id}`),
  };
}

/** So many of a caller are told apart from those of others; what it has beyond waits in one line with theirs. */
const TURNS = 16;

/**
 * As BullMQ counts: the lowest is taken first. `own`: of the same priority and caller, that wait or run: the first of each goes before
 * the second of any.
 */
export const rankOf = (priority: Priority, own: number): number =>
  PRIORITIES.indexOf(priority) * TURNS + Math.min(own, TURNS - 1) + 1;

/** All of one priority. */
export const ranksOf = (priority: Priority): number[] =>
  Array.from({ length: TURNS }, (_, own) => rankOf(priority, own));
