import type { WatchEvent } from '../../contract/watch.ts';

/** One time that a rule was broken, by certain things. */
export interface BrokenSpan {
  readonly rule_id: string;
  readonly objects: readonly string[];
  readonly from: string;
  /** Null: it still is. */
  readonly to: string | null;
  /** Of it, what nobody saw as far as its end tells, s. */
  readonly unseen_s: number;
}

export interface RuleTimeline {
  readonly rule_id: string;
  /** How often it broke. */
  readonly times: number;
  /** Any of it that was seen, overlaps once. */
  readonly seconds: number;
  /** Of the time between that nobody saw. */
  readonly unseen: number;
  readonly spans: readonly BrokenSpan[];
}

const keyOf = ({ rule_id, objects }: Pick<WatchEvent, 'rule_id' | 'objects'>) =>
  `${rule_id} ${objects[0]?.track_id ?? ''}`;

/**
 * How long and how often each rule was broken, from events in their order. What is still broken lasts to `until`; behind
 * `seenUntil` nobody saw.
 */
export function brokenSpans(events: readonly WatchEvent[], until: Date, seenUntil = until): RuleTimeline[] {
  const open = new Map<string, BrokenSpan>();
  const spans: BrokenSpan[] = [];
  for (const event of events) {
    const { kind, rule_id, objects, since, at, evidence } = event;
    if (rule_id === null) continue;
    const key = keyOf(event);
    const span = { rule_id, objects: objects.map(({ track_id }) => track_id), from: since };
    if (kind === 'rule_broken') {
      open.set(key, { ...span, to: null, unseen_s: evidence.unseen_s });
    } else if (kind === 'rule_mended' || kind === 'rule_ended') {
      // It says itself since when it was broken.
      spans.push({ ...span, to: event.until ?? at, unseen_s: evidence.unseen_s });
      open.delete(key);
    }
  }
  spans.push(...open.values());
  const blind = blindSpans(events, until, seenUntil);
  const byRule = Map.groupBy(spans, ({ rule_id }) => rule_id);
  return [...byRule].map(([rule_id, found]) => {
    const ordered = found.toSorted((a, b) => (a.from < b.from ? -1 : 1));
    return { rule_id, times: found.length, ...coveredSeconds(ordered, until, blind), spans: ordered };
  });
}

type Interval = readonly [from: number, to: number];

/** When no picture came, in order. */
function blindSpans(events: readonly WatchEvent[], until: Date, seenUntil: Date): Interval[] {
  const found: Interval[] = [];
  let lost: number | null = null;
  for (const { kind, since, at } of events) {
    if (kind === 'camera_lost') lost ??= Date.parse(since);
    else if (kind === 'camera_back') {
      found.push([lost ?? Date.parse(since), Date.parse(at)]);
      lost = null;
    }
  }
  const end = Math.min(lost ?? Number.POSITIVE_INFINITY, seenUntil.getTime());
  if (end < until.getTime()) found.push([end, until.getTime()]);
  return joined(found);
}

/** Those that overlap as one. */
function joined(all: readonly Interval[]): Interval[] {
  const found: Interval[] = [];
  for (const [from, to] of all.toSorted((a, b) => a[0] - b[0])) {
    const last = found.at(-1);
    if (last !== undefined && from <= last[1]) found[found.length - 1] = [last[0], Math.max(last[1], to)];
    else found.push([from, to]);
  }
  return found;
}

function coveredSeconds(spans: readonly BrokenSpan[], until: Date, blind: readonly Interval[]) {
  const intervalOf = ({ from, to }: BrokenSpan): Interval => [
    Date.parse(from),
    to === null ? until.getTime() : Math.min(Date.parse(to), until.getTime()),
  ];
  const hidden = ([from, to]: Interval) =>
    blind.reduce((sum, [b, e]) => sum + Math.max(0, Math.min(e, to) - Math.max(b, from)), 0);
  let [seconds, unseen] = [0, 0];
  for (const whole of joined(spans.map(intervalOf).filter(([from, to]) => to > from))) {
    const within = spans.filter((span) => intervalOf(span)[0] >= whole[0] && intervalOf(span)[1] <= whole[1]);
    // A program that was not there tells of no camera that was lost: what is over says how much was not seen of it.
    const more = within.map((span) => 1000 * span.unseen_s - hidden(intervalOf(span)));
    const dark = Math.min(whole[1] - whole[0], hidden(whole) + Math.max(0, ...more));
    seconds += whole[1] - whole[0] - dark;
    unseen += dark;
  }
  return { seconds: Math.round(seconds / 1000), unseen: Math.round(unseen / 1000) };
}
