import type { ServerState } from '../contract/server.ts';
import type { CloudServer } from '../ports/gpu-cloud.ts';
import { isGone } from '../process-holder.ts';
import { countOn, WRONG_CLOCK_MS } from './meter.ts';
import type { Intent, ServerRecord } from './record.ts';
import { isOn, type Looked, spanOf } from './span.ts';

export interface Seen extends Looked {
  /** Null: the provider has none. */
  readonly server: CloudServer | null;
  /** What was asked may show so much later, ms. */
  readonly settleMs: number;
  /** Longest answer of the provider to one request, ms. */
  readonly askMs: number;
}

/** Whoever asked the provider does so no more, and nobody knows whether it took it. */
export function isAbandoned({ accepted, holder, at }: Intent, { now, askMs }: Pick<Seen, 'now' | 'askMs'>): boolean {
  return !accepted && (isGone(holder) || now.getTime() - new Date(at).getTime() > 2 * askMs);
}

/** The record after a look at the provider: state, drift, and what it cost since the last look. */
export function observe(record: ServerRecord, seen: Seen): ServerRecord {
  const server = seen.server === null || seen.server.state === 'terminated' ? null : withTimes(seen.server);
  const next = stateAfter(record, server, seen);
  const saving = savingAfter(record, next);
  const meter = countOn(record.meter, spanOf(record.meter, server, saving, seen));
  const facts = server === null ? NOTHING : factsOf(server);
  const time = seen.now.toISOString();
  const was = record.state === 'updating' ? record.intent?.from : record.state;
  const became = (state: ServerState) => next.state === state && was !== state;
  const on = server !== null && isOn(server);
  return {
    ...record,
    ...next,
    ...facts,
    provider_id: server?.id ?? record.provider_id,
    meter,
    started_at: became('running') ? startOf(server, time) : record.started_at,
    stopped_at: became('stopped') ? time : record.stopped_at,
    watched_since: next.state === 'running' && on ? watchedSince(record, server, time) : null,
    warned_at: next.state === 'running' ? record.warned_at : null,
  };
}

/** Times of a stranger in our spelling, which sorts; what is no time is not known. */
function withTimes(server: CloudServer): CloudServer {
  return { ...server, startedAt: isoOf(server.startedAt), createdAt: isoOf(server.createdAt) ?? server.createdAt };
}

function isoOf(text: string | null): string | null {
  const ms = text === null ? Number.NaN : Date.parse(text);
  return Number.isNaN(ms) ? null : new Date(ms).toISOString();
}

type After = Pick<ServerRecord, 'state' | 'intent' | 'error' | 'drift' | 'terminated_at'>;

function stateAfter(record: ServerRecord, server: CloudServer | null, seen: Seen): After {
  const { intent, goal } = record;
  const same = { state: record.state, intent, error: record.error, drift: record.drift, terminated_at: null };
  const age = intent === null ? Number.POSITIVE_INFINITY : seen.now.getTime() - new Date(intent.at).getTime();
  if (goal === 'terminated') {
    // Nothing is over before an answer that was lost would show.
    const isSure = server === null && (intent === null || intent.accepted || age >= seen.settleMs);
    return isSure ? { ...same, state: 'stopped', intent: null, terminated_at: seen.now.toISOString() } : same;
  }
  // Somebody is asking at this moment: whatever is seen now is of before or of after.
  if (intent !== null && !intent.accepted && !isAbandoned(intent, seen)) return same;
  const isYoung = intent !== null && age < seen.settleMs;
  if (server === null) {
    if (isYoung) return same;
    if (record.provider_id === null) {
      return {
        ...same,
        intent: null,
        state: 'error',
        error: 'It was not made.',
        terminated_at: seen.now.toISOString(),
      };
    }
    return { ...same, intent: null, state: 'error', drift: 'The provider has it no more: it was ended there.' };
  }
  const state = shownState(server);
  if (state === 'error') {
    const error = record.error ?? 'The provider says that it has failed.';
    return { ...same, intent: null, state, error, drift: null };
  }
  const isUnderWay = state === 'pending' || state === 'starting';
  if (goal === 'running') {
    if (state === 'running') return { ...same, intent: null, state, error: null, drift: configDrift(record, server) };
    if (isUnderWay) return { ...same, state, drift: null };
    if (isYoung) return same;
    return { ...same, intent: null, state, drift: 'It was to run, and is stopped at the provider.' };
  }
  if (state === 'stopped') return { ...same, intent: null, state, error: null, drift: configDrift(record, server) };
  if (isYoung) return same;
  return { ...same, intent: null, state, drift: 'It was to be stopped, and runs at the provider.' };
}

const shownState = ({ state }: CloudServer): ServerState => (state === 'terminated' ? 'stopped' : state);

/** Of a timed one that runs. */
export const UNTOLD = 'the provider does not tell its price, so what it costs is not counted';

function configDrift(
  { type, goal, config }: ServerRecord,
  { workers, image, state, costPerHour }: CloudServer,
): string | null {
  const parts: string[] = [];
  if (type === 'serverless' && goal === 'running' && workers !== null) {
    const { min_instances: min, max_instances: max } = config;
    if (workers.min !== min || workers.max !== max)
      parts.push(`${workers.min} to ${workers.max} instances there, ${min} to ${max} asked for`);
  }
  if (config.image !== null && image !== '' && image !== config.image) parts.push('another container image there');
  if (type === 'timed' && state === 'running' && costPerHour === null) parts.push(UNTOLD);
  return parts.length === 0 ? null : `${parts.join('; ')}.`;
}

const NOTHING = { endpoint_url: null, instances: 0, cost_per_hour: 0 };

const factsOf = ({ type, url, instances, costPerHour }: CloudServer) => ({
  endpoint_url: url,
  instances: type === 'timed' && instances === null ? null : instances,
  cost_per_hour: costPerHour,
});

function savingAfter(record: ServerRecord, next: After): boolean {
  if (next.state === 'stopped' && record.intent?.why === 'idle' && next.intent === null)
    return next.terminated_at === null;
  return record.meter.saving && next.state === 'stopped' && next.terminated_at === null;
}

const startOf = (server: CloudServer | null, time: string) =>
  server?.startedAt !== null && server !== null && server.startedAt <= time ? server.startedAt : time;

/** A run that began after it was last seen begins its idleness anew. */
function watchedSince(record: ServerRecord, server: CloudServer, time: string): string {
  const before = record.watched_since;
  if (before === null || Date.parse(before) - Date.parse(time) > WRONG_CLOCK_MS) return time;
  const started = server.startedAt;
  return started !== null && started > before && started <= time ? started : before;
}
