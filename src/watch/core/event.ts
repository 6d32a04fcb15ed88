import { nounOf } from '../../contract/objects.ts';
import type { WatchEvent, WatchEventKind } from '../../contract/watch.ts';
import { eventId } from './event-id.ts';
import { tenths } from './tenths.ts';

/** A change, before it is an event of a camera. */
export interface Told {
  readonly kind: WatchEventKind;
  /** Track that it is about; null: the desk, or the camera. */
  readonly subject: string | null;
  readonly rule_id?: string;
  readonly since: string;
  /** When what it tells of was over; absent: it is not. */
  readonly until?: string;
  readonly objects: WatchEvent['objects'];
  readonly measured: WatchEvent['evidence']['measured_mm'];
  readonly required?: number | null;
  readonly seen_ms: number;
  readonly unseen_ms: number;
  /** Where the kind alone does not say it. */
  readonly reason?: string;
}

export function eventOf(camera: string, told: Told, at: string, analysis_id: string | null): WatchEvent {
  const { kind, subject, rule_id = null, since, objects, measured, required = null, seen_ms, unseen_ms } = told;
  return {
    event_id: eventId(camera, kind, [rule_id, subject], since),
    kind,
    camera,
    at,
    since,
    until: told.until ?? null,
    rule_id,
    objects,
    evidence: {
      reason: told.reason ?? inWords(told),
      measured_mm: tenths(measured),
      required_mm: required,
      seen_s: Math.round(seen_ms / 100) / 10,
      unseen_s: Math.round(unseen_ms / 100) / 10,
    },
    analysis_id,
  };
}

function inWords({ kind, objects, measured }: Told): string {
  const [thing] = objects;
  const name = thing === undefined ? 'something' : `${thing.track_id} (${nounOf(thing.class).one})`;
  const uncertainty = measured?.uncertainty ?? null;
  const way =
    measured === null
      ? ''
      : ` by ${Math.round(measured.value)} mm${uncertainty === null ? '' : ` ± ${Math.round(uncertainty)} mm`}`;
  const words: Partial<Record<WatchEventKind, string>> = {
    object_entered: `${name} came`,
    object_left: `${name} left`,
    object_moved: `${name} was moved${way}`,
  };
  return words[kind] ?? kind;
}
