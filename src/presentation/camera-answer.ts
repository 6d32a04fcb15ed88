import type { Camera } from '../contract/camera.ts';
import type { CameraStatus } from '../contract/camera-answers.ts';
import type { WatchEvent } from '../contract/watch.ts';
import { oneLine, shortText } from '../plain-text.ts';

export const cameraLine = ({ name, source, interval_s, enabled, calibration_id }: Camera): string =>
  oneLine(
    `${name}: ${source.kind} ${shortText(source.address, 80)}, every ${interval_s} s, ${calibration_id ?? 'no calibration'}${enabled ? '' : ', off'}`,
  );

/** One line, the time first. */
export function watchEventLine(
  { kind, at, objects, evidence, rule_id, analysis_id }: WatchEvent,
  rule: string | null = null,
): string {
  const who = objects.map(({ track_id }) => track_id).join(', ');
  const of = rule ?? rule_id;
  return oneLine(
    [
      at,
      kind.replaceAll('_', ' '),
      ...(of === null ? [] : [`"${shortText(of, 80)}"`]),
      ...(who === '' ? [] : [who]),
      '–',
      evidence.reason,
      ...(analysis_id === null ? [] : [`(${analysis_id})`]),
    ].join(' '),
  );
}

const STATE_WORDS: Readonly<Record<CameraStatus['state'], string>> = {
  watching: 'watches',
  resting: 'rests: it is outside its hours',
  in_trouble: 'gives no picture',
  moved: 'was moved since it was calibrated: nothing in mm is known',
  off: 'is off',
  waiting: 'has given no picture yet',
};

export function cameraStatusText(status: CameraStatus): string {
  const { name, state, trouble, last_picture_at, objects, broken, last_events } = status;
  return [
    `${name} ${STATE_WORDS[state]}${trouble === null ? '' : ` (${trouble})`}. Last picture: ${last_picture_at ?? 'none'}.`,
    `On the desk: ${objects.map(({ track_id }) => track_id).join(', ') || 'nothing that is followed'}.`,
    broken.length === 0 ? 'No rule is broken.' : `Broken: ${broken.length}`,
    ...broken.map((one) => `- ${one.rule} (${one.objects.join(', ')}) since ${one.since}: ${one.reason}`),
    ...(last_events.length === 0
      ? []
      : ['Last events:', ...last_events.map((event) => `- ${watchEventLine(event, event.rule)}`)]),
  ]
    .map(oneLine)
    .join('\n');
}
