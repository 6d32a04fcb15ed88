import type { WatchEvent } from '../../contract/watch.ts';

/** One time that a rule was broken, by certain things. */
export interface BrokenSpan {
  readonly rule_id: string;
  readonly objects: readonly string[];
  readonly from: string;
  /** Null: it still is. */
  readonly to: string | null;
}

export interface RuleTimeline {
  readonly rule_id: string;
  /** How often it broke. */
  readonly times: number;
  /** Any of it, overlaps once. */
  readonly seconds: number;
  readonly spans: readonly BrokenSpan[];
}

const keyOf = ({ rule_id, objects }: Pick<WatchEvent, 'rule_id' | 'objects'>) =>
  `${rule_id} ${objects[0]?.track_id ?? ''}`;

/** How long and how often each rule was broken, from events in their order. */
export function brokenSpans(events: readonly WatchEvent[], until: Date): RuleTimeline[] {
  const open = new Map<string, BrokenSpan>();
  const spans: BrokenSpan[] = [];
  for (const event of events) {
    const { kind, rule_id, objects, since, at } = event;
    if (rule_id === null) continue;
    const key = keyOf(event);
    const span = { rule_id, objects: objects.map(({ track_id }) => track_id), from: since };
    if (kind === 'rule_broken') {
      open.set(key, { ...span, to: null });
    } else if (kind === 'rule_mended' || kind === 'rule_ended') {
      // It says itself since when it was broken.
      spans.push({ ...span, to: at });
      open.delete(key);
    }
  }
  spans.push(...open.values());
  const byRule = Map.groupBy(spans, ({ rule_id }) => rule_id);
  return [...byRule].map(([rule_id, found]) => {
    const ordered = found.toSorted((a, b) => (a.from < b.from ? -1 : 1));
    return { rule_id, times: found.length, seconds: coveredSeconds(ordered, until), spans: ordered };
  });
}

function coveredSeconds(spans: readonly BrokenSpan[], until: Date): number {
  let [total, end] = [0, Number.NEGATIVE_INFINITY];
  for (const { from, to } of spans) {
    const begin = Math.max(Date.parse(from), end);
    const stop = to === null ? until.getTime() : Date.parse(to);
    if (stop <= begin) continue;
    total += stop - begin;
    end = stop;
  }
  return Math.round(total / 1000);
}
