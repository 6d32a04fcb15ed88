import type { CallContext } from '../contract/call-context.ts';
import type { CameraStatus, NamedEvent } from '../contract/camera-answers.ts';
import { Moment, momentOf } from '../contract/moment.ts';
import { AppError } from '../errors.ts';
import type { Services } from '../services.ts';
import { localTime } from '../watch/core/local-time.ts';
import { cameraStatusText, watchEventLine } from './camera-answer.ts';

/** Events of one answer; the text names fewer. */
const MOST = 100;
const IN_WORDS = 40;

/** What a camera sees now and, with `since`, all that it told of since then. */
export async function whatChanged(
  { cameras }: Pick<Services, 'cameras'>,
  ctx: CallContext,
  { camera, since }: { readonly camera: string; readonly since?: string | undefined },
  now = new Date(),
) {
  const status = await cameras.status(ctx, camera);
  const from = since === undefined ? null : beginOf(since, status.time_zone, now);
  const found = from === null ? null : await cameras.events(ctx, camera, { from, limit: MOST + 1 });
  const events = (found ?? status.last_events).slice(0, MOST);
  const hasMore = found !== null && found.length > MOST;
  return {
    text: [cameraStatusText(found === null ? status : { ...status, last_events: [] }), ...eventLines(from, found)].join(
      '\n',
    ),
    structured: {
      state: status.state,
      trouble: status.trouble,
      time_zone: status.time_zone,
      last_picture_at: status.last_picture_at,
      objects: status.objects.map(({ track_id, position_mm }) => ({ track_id, position_mm })),
      broken: status.broken,
      pending: status.pending,
      events: events.map(shortEvent),
      ...(found === null ? { events_are: 'the last ones' } : { since: from, has_more: hasMore }),
    },
  };
}

function eventLines(from: string | null, found: readonly NamedEvent[] | null): string[] {
  if (found === null) return [];
  if (found.length === 0) return [`Nothing changed since ${from}.`];
  const more = found.length > MOST ? ', and more that are not listed' : '';
  const shown = found.slice(0, IN_WORDS).map((event) => `- ${watchEventLine(event, event.rule)}`);
  const left = Math.min(found.length, MOST) - shown.length;
  return [
    `Since ${from}: ${Math.min(found.length, MOST)} events${more}, newest first.`,
    ...shown,
    ...(left > 0 ? [`- ${left} older ones.`] : []),
  ];
}

const shortEvent = ({
  kind,
  at,
  since,
  until,
  rule,
  objects,
  evidence,
  analysis_id,
}: CameraStatus['last_events'][number]) => ({
  ...{ kind, at, since, until, rule, analysis_id },
  objects: objects.map(({ track_id }) => track_id),
  reason: evidence.reason,
});

/** Hours of the day as people name them; the night before belongs to no morning. */
const MORNING = 5;

/** "this morning" and "today" by the camera's clock; else a day, a time or how long ago. Throws VALIDATION_002. */
function beginOf(text: string, timeZone: string, now: Date): string {
  const said = text
    .trim()
    .toLowerCase()
    .replace(/^since\s+/, '');
  const hours = /^(?:this )?morning$/.test(said) ? MORNING : /^today$/.test(said) ? 0 : null;
  if (hours !== null) return localHour(now, timeZone, hours).toISOString();
  if (/^yesterday$/.test(said)) return localHour(new Date(now.getTime() - 86_400_000), timeZone, 0).toISOString();
  const at = Moment.safeParse(said).success ? momentOf(said, now, 'begin') : null;
  if (at !== null) return at;
  throw new AppError('VALIDATION_002', {
    message: '"since" says no time that is known.',
    advice: 'Say 12h, 7d, today, "this morning", a day or a time such as 2026-11-28T09:00Z.',
    details: { field: 'since' },
  });
}

/** The hour of that local day; its beginning, where the hour has not come yet. */
function localHour(day: Date, timeZone: string, hour: number): Date {
  const start = atMinute(new Date(day.getTime() - (day.getTime() % MINUTE)), timeZone, 0);
  const at = atMinute(new Date(start.getTime() + hour * 60 * MINUTE), timeZone, hour * 60);
  return at > day ? start : at;
}

const MINUTE = 60_000;

/** Of the same day; twice, as the clock may be changed between the one and the other. */
function atMinute(at: Date, timeZone: string, minute: number): Date {
  const { date } = localTime(at, timeZone);
  const first = new Date(at.getTime() - (localTime(at, timeZone).minute - minute) * MINUTE);
  const found = localTime(first, timeZone);
  const off = found.minute - minute + (found.date < date ? -1440 : found.date > date ? 1440 : 0);
  return new Date(first.getTime() - off * MINUTE);
}
