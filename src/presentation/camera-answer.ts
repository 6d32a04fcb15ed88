import type { Camera } from '../contract/camera.ts';
import type { CameraStatus, ListedCamera } from '../contract/camera-answers.ts';
import type { WatchEvent } from '../contract/watch.ts';
import { oneLine, quotedText, shortText } from '../plain-text.ts';

export const cameraLine = ({ name, source, interval_s, enabled, calibration_id }: Camera): string =>
  oneLine(
    `${name}: ${source.kind} ${quotedText(shownAddress(source.address), 80)}, every ${interval_s} s, ${calibration_id ?? 'no calibration'}${enabled ? '' : ', off'}`,
  );

/** How it is: "desk watching; 2 rules broken". */
export function cameraStateWords({ name, state, trouble, broken }: ListedCamera): string {
  const why = trouble === null ? '' : ` (${trouble})`;
  const rules = broken === 0 ? '' : `; ${broken} ${broken === 1 ? 'rule' : 'rules'} broken`;
  return oneLine(`${name} ${state.replace('_', ' ')}${why}${rules}`);
}

/** Of a list: how it is, then what it is. */
export const listedCameraLine = (camera: ListedCamera): string =>
  oneLine(
    `${cameraStateWords(camera)}. Last picture: ${camera.last_picture_at ?? 'none'}. ${cameraLine(camera).slice(camera.name.length + 2)}`,
  );

/** Some cameras take their login in the query: its values are for nobody who reads. */
export function shownAddress(address: string): string {
  const url = /^[a-z]+:\/\//i.test(address) ? URL.parse(address) : null;
  if (url === null || url.search === '') return address;
  const names = [...url.searchParams.keys()].map((name) => `${encodeURIComponent(name)}=…`);
  return `${url.protocol}//${url.host}${url.pathname}?${names.join('&')}`;
}

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

function placeOf({ track_id, position_mm: at }: CameraStatus['objects'][number]): string {
  return at === null ? track_id : `${track_id} at (${Math.round(at.x)}, ${Math.round(at.y)}) mm`;
}

export function cameraStatusText(status: CameraStatus): string {
  const { name, time_zone, state, trouble, last_picture_at, objects, broken, pending, last_events } = status;
  return [
    `${name} ${STATE_WORDS[state]}${trouble === null ? '' : ` (${trouble})`}. Last picture: ${last_picture_at ?? 'none'}. Its clock: ${time_zone}; times here are UTC.`,
    `On the desk: ${objects.map(placeOf).join(', ') || 'nothing that is followed'}.`,
    broken.length > 0
      ? `Broken: ${broken.length}`
      : last_picture_at === null
        ? 'Whether a rule is broken is not known: it has seen nothing yet.'
        : trouble !== null
          ? 'No rule was broken when it last saw the desk.'
          : 'No rule is broken.',
    ...broken.map((one) => `- ${one.rule} (${one.objects.join(', ')}) since ${one.since}: ${one.reason}`),
    ...pending.map(
      (one) =>
        `Violated for ${one.seen_s} s, told after ${one.told_after_s} s: ${one.rule} (${one.objects.join(', ')}): ${one.reason}`,
    ),
    ...(last_events.length === 0
      ? []
      : ['Last events:', ...last_events.map((event) => `- ${watchEventLine(event, event.rule)}`)]),
  ]
    .map(oneLine)
    .join('\n');
}
