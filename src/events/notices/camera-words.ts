import * as z from 'zod';
import { CameraDaySummary } from '../../contract/camera-day.ts';
import type { OutgoingEvent } from '../../contract/notification.ts';
import { TimeZone } from '../../contract/time-zone.ts';
import { WatchEvent } from '../../contract/watch.ts';
import { timeForPeople } from './time-for-people.ts';

export interface CameraWords {
  readonly title: string;
  readonly lines: readonly string[];
  readonly analysis_id: string | null;
  readonly rule_id: string | null;
  /** What is remembered of it, so that it is told once. */
  readonly about: string;
  /** What breaks and comes right, and which of both it did; absent: neither. */
  readonly of?: { readonly key: string; readonly state: 'broken' | 'right' };
}

const Told = z.looseObject({
  ...WatchEvent.omit({ event_id: true, camera: true }).shape,
  camera: z.string(),
  rule: z.string().nullable(),
  move: z.string().nullable(),
  // Absent in messages that an older version wrote.
  until: z.string().nullable().optional(),
  time_zone: TimeZone.optional().catch(undefined),
});

/** Rules of a summary that are named. */
const MOST_RULES = 10;

/** What people are told of an event of a camera; null: nothing. */
export function cameraWords({ event_id, event_type, data }: OutgoingEvent): CameraWords | null {
  const about = `event ${event_id}`;
  if (event_type === 'camera_summary') {
    const { data: summary } = CameraDaySummary.loose().safeParse(data);
    return summary === undefined ? null : { ...summaryWords(summary), analysis_id: null, rule_id: null, about };
  }
  const { data: told } = Told.safeParse(data);
  if (told === undefined) return null;
  const { kind, camera, rule, move, objects, evidence, analysis_id, rule_id, since, until, time_zone } = told;
  const who = objects.map(({ track_id }) => track_id).join(' and ');
  const of = who === '' ? '' : `: ${who}`;
  const common = { analysis_id, rule_id, about };
  const key = `${rule_id} ${who}`;
  switch (kind) {
    case 'rule_broken':
      return {
        ...common,
        of: { key, state: 'broken' },
        title: `${camera}: ${rule ?? 'a rule'} is broken${of}`,
        lines: [
          `${evidence.reason} (since ${timeForPeople(since, time_zone)})`,
          ...(move === null ? [] : [`To put it right: ${move}`]),
        ],
      };
    case 'rule_mended':
      return {
        ...common,
        of: { key, state: 'right' },
        title: `${camera}: ${rule ?? 'a rule'} holds again${of}`,
        lines: [
          ...(/^it holds again$/.test(evidence.reason) ? [] : [evidence.reason]),
          `It was broken for ${spanForPeople(evidence.seen_s)}, since ${timeForPeople(since, time_zone)}${
            until ? `, until ${timeForPeople(until, time_zone)}` : ''
          }${evidence.unseen_s > 0 ? `; for ${spanForPeople(evidence.unseen_s)} of it nobody saw` : ''}`,
        ],
      };
    case 'camera_moved':
      return {
        ...common,
        of: { key: 'picture', state: 'broken' },
        title: `${camera}: the camera was moved`,
        lines: ['Nothing in mm is told until it stands as before, or is confirmed or calibrated anew.'],
      };
    case 'camera_lost':
      return {
        ...common,
        of: { key: 'picture', state: 'broken' },
        title: `${camera}: there is no picture`,
        lines: [evidence.reason],
      };
    case 'camera_back':
      return {
        ...common,
        of: { key: 'picture', state: 'right' },
        title: `${camera}: all is well again`,
        lines: [evidence.reason],
      };
    default:
      return null;
  }
}

/** "50 seconds", "12 minutes", "3.5 hours". */
function spanForPeople(seconds: number): string {
  const [size, unit] = seconds < 120 ? [1, 'second'] : seconds < 7200 ? [60, 'minute'] : [3600, 'hour'];
  const count = size === 3600 ? Math.round((10 * seconds) / size) / 10 : Math.round(seconds / size);
  return counted(count, unit);
}

const counted = (count: number, one: string, many = `${one}s`) => `${count} ${count === 1 ? one : many}`;

function summaryWords({ camera, day, counts, rules, objects }: CameraDaySummary) {
  const broken = rules.filter((one) => one.broken > 0).toSorted((a, b) => b.broken_s - a.broken_s);
  return {
    title: `${camera} on ${day}: ${broken.length === 0 ? 'no rule was broken' : `${counted(broken.length, 'rule was', 'rules were')} broken`}`,
    lines: [
      ...broken
        .slice(0, MOST_RULES)
        .map((one) => `${one.name}: ${counted(one.broken, 'time')}, ${spanForPeople(one.broken_s)} in all`),
      ...objects.map((one) => {
        const told = [
          ...(one.entered > 0 ? [`${one.entered} came`] : []),
          ...(one.left > 0 ? [`${one.left} left`] : []),
          ...(one.moved > 0 ? [`moved ${counted(one.moved, 'time')}`] : []),
        ];
        return `${one.class}: ${told.join(', ')}`;
      }),
      `${counts.pictures} pictures, ${counts.analysed} of them analysed; ${counts.failed} could not be had`,
    ],
  };
}
