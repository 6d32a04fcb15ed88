import type { ServerRecord } from './record.ts';
import type { Use } from './uses.ts';

export interface Idleness {
  /** Null: it is used, does not run, or is not watched. */
  readonly since: Date | null;
  readonly stopAt: Date | null;
  readonly due: 'nothing' | 'warning' | 'stop';
}

const NOT: Idleness = { since: null, stopAt: null, due: 'nothing' };

/** From the warning to the stop, ms. */
export const leadOf = ({ idle_timeout_seconds: timeout }: ServerRecord['config'], warnMs: number): number =>
  Math.min(warnMs, (timeout * 1000) / 2);

/**
 * Whether a server runs for nobody. Not watched: what is protected, what is to run all the time, a serverless one whose
 * instances have all gone (it costs nothing), and what is being changed. It is stopped no sooner than `warnMs` after the warning
 * (half its time where that is shorter), and a request after the warning makes it void.
 */
export function idleness(record: ServerRecord, use: Use, now: Date, warnMs: number): Idleness {
  const { type, state, goal, intent, config, instances, watched_since } = record;
  if (state !== 'running' || goal === 'terminated' || intent !== null || watched_since === null) return NOT;
  if (type === 'serverless' && (config.min_instances > 0 || instances === null || instances === 0)) return NOT;
  if (use.underWay > 0) return NOT;
  const since = Math.max(Date.parse(watched_since), use.lastAt?.getTime() ?? 0);
  if (record.protected) return { ...NOT, since: new Date(since) };
  const timeout = config.idle_timeout_seconds * 1000;
  const lead = leadOf(config, warnMs);
  const warned = record.warned_at === null ? null : Date.parse(record.warned_at);
  const isWarned = warned !== null && warned >= since;
  const stopAt = Math.max(since + timeout, (isWarned ? warned : now.getTime()) + lead);
  const due = isWarned ? now.getTime() >= stopAt && 'stop' : now.getTime() >= since + timeout - lead && 'warning';
  return {
    since: new Date(since),
    stopAt: new Date(isWarned ? stopAt : Math.max(since + timeout, now.getTime() + lead)),
    due: due || 'nothing',
  };
}
