import type { WatchEvent } from '../../contract/watch.ts';

/** One time that a rule was broken. */
export interface BrokenSpan {
  readonly since: string;
  /** Null: it still is. */
  readonly until: string | null;
  readonly subject: string | null;
  /** Of it, seconds that were seen, and that nobody saw; null while it goes on. */
  readonly seen_s: number | null;
  readonly unseen_s: number | null;
}

export interface RuleTimeline {
  readonly rule_id: string;
  readonly times: number;
  /** Sums over the spans that ended: two mugs that break a rule at once count twice. */
  readonly broken_s: number;
  readonly unseen_s: number;
  readonly spans: readonly BrokenSpan[];
}

const ENDS: ReadonlySet<string> = new Set(['rule_mended', 'rule_ended']);

/** How often and how long each rule of a camera was broken, from its events in any order. */
export function timelines(events: readonly WatchEvent[]): RuleTimeline[] {
  const ends = new Map(events.filter((e) => ENDS.has(e.kind)).map((e) => [keyOf(e), e]));
  const spans = new Map<string, BrokenSpan[]>();
  const seen = new Set<string>();
  const begins = events.filter((e) => e.kind === 'rule_broken').sort((a, b) => (a.since < b.since ? -1 : 1));
  for (const begin of begins) {
    const { rule_id, since } = begin;
    if (rule_id === null || seen.has(begin.event_id)) continue;
    seen.add(begin.event_id);
    const end = ends.get(keyOf(begin));
    const span = {
      since,
      until: end?.at ?? null,
      subject: begin.objects[0]?.track_id ?? null,
      seen_s: end?.evidence.seen_s ?? null,
      unseen_s: end?.evidence.unseen_s ?? null,
    };
    spans.set(rule_id, [...(spans.get(rule_id) ?? []), span]);
  }
  const sum = (list: readonly BrokenSpan[], of: 'seen_s' | 'unseen_s') => list.reduce((n, s) => n + (s[of] ?? 0), 0);
  return [...spans].map(([rule_id, list]) => ({
    rule_id,
    times: list.length,
    broken_s: sum(list, 'seen_s'),
    unseen_s: sum(list, 'unseen_s'),
    spans: list,
  }));
}

/** What breaks and what mends it begin at the same time and are about the same thing. */
const keyOf = ({ rule_id, since, objects }: WatchEvent): string =>
  JSON.stringify([rule_id, since, objects[0]?.track_id ?? null]);
