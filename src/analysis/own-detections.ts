import { CLASSES, type Detection, type DetectionInput } from '../contract/detection.ts';
import { quotedText } from '../plain-text.ts';
import type { Scene } from '../scene/types.ts';
import { type ClassReading, readClass } from './own-classes.ts';

/** Names that one warning shows. */
const MAX_NAMES = 5;
const LONGEST_NAME = 40;

export interface OwnDetections {
  readonly detections: readonly Detection[];
  readonly warnings: readonly string[];
}

/** A caller's detections under our class names, and what no rule will speak of. */
export function ownDetections(given: readonly DetectionInput[]): OwnDetections {
  const readings = new Map<string, ClassReading>();
  const detections = given.map(({ class: word, bbox, confidence }): Detection => {
    const reading = readings.get(word) ?? readClass(word);
    readings.set(word, reading);
    return { class: reading.name, ...(reading.name !== word && { sourceClass: word }), confidence, bbox };
  });
  return { detections, warnings: strangers(readings) };
}

/** Which of a caller's detections were taken for one thing. */
export function namedTwice(scene: Scene): string[] {
  const twice = scene.objects.flatMap(({ id, alsoSeenAs = [] }) =>
    alsoSeenAs.map((other) => `${quoted(other.class)} for ${quoted(id)}`),
  );
  return twice.length === 0
    ? []
    : [`Two things cannot be in one place, so these boxes were taken for others: ${few(twice)}.`];
}

function strangers(readings: ReadonlyMap<string, ClassReading>): string[] {
  const unknown = [...readings].filter(([, { known }]) => !known);
  const doubtful = unknown.flatMap(([word, { doubt }]) => (doubt === undefined ? [] : [`${quoted(word)}: ${doubt}`]));
  const strange = unknown.flatMap(([word, { doubt }]) => (doubt === undefined ? [quoted(word)] : []));
  return [
    ...(strange.length > 0
      ? [`No rule speaks of ${few(strange)} by name; known: ${CLASSES.join(', ')}, and the other classes of COCO.`]
      : []),
    ...(doubtful.length > 0 ? [`Classes left as given, which no rule speaks of by name: ${few(doubtful, ' ')}`] : []),
  ];
}

function few(parts: readonly string[], joint = ', '): string {
  const more = parts.length - MAX_NAMES;
  return [...parts.slice(0, MAX_NAMES), ...(more > 0 ? [`and ${more} more`] : [])].join(joint);
}

const quoted = (word: string) => quotedText(word, LONGEST_NAME);
