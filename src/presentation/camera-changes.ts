import type { CameraChanges, CameraStatus, NamedEvent } from '../contract/camera-answers.ts';
import { cameraStatusText, watchEventLine } from './camera-answer.ts';

/** Events that the text names. */
const IN_WORDS = 40;

/** What a camera sees now and what changed before it, in words and in short. */
export function changesAnswer({ status, since, events, has_more }: CameraChanges) {
  const isListed = since !== null;
  return {
    text: [
      cameraStatusText(isListed ? { ...status, last_events: [] } : status),
      ...(isListed ? eventLines(since, events, has_more === true) : []),
    ].join('\n'),
    structured: {
      state: status.state,
      trouble: status.trouble,
      time_zone: status.time_zone,
      last_picture_at: status.last_picture_at,
      objects: status.objects.map(({ track_id, position_mm }) => ({ track_id, position_mm })),
      broken: status.broken,
      pending: status.pending,
      events: events.map(shortEvent),
      ...(isListed ? { since, has_more } : { events_are: 'the last ones' }),
    },
  };
}

function eventLines(from: string, found: readonly NamedEvent[], hasMore: boolean): string[] {
  if (found.length === 0) return [`Nothing changed since ${from}.`];
  const more = hasMore ? ', and more that are not listed' : '';
  const shown = found.slice(0, IN_WORDS).map((event) => `- ${watchEventLine(event, event.rule)}`);
  const left = found.length - shown.length;
  return [
    `Since ${from}: ${found.length} ${found.length === 1 ? 'event' : 'events'}${more}, newest first.`,
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
