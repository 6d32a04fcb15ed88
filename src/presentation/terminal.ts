import { type AnalysedObject, type Analysis, countFindings } from '../contract/analysis.ts';
import type { UnitSystem } from '../contract/length-unit.ts';
import { oneLine } from '../plain-text.ts';
import { roughly } from '../rules/likely-range.ts';
import { scaleLine } from './analysis-text.ts';

type Calibration = Analysis['calibration'];
type Verdict = Analysis['rules'][number];

/** From where the places of objects are counted. */
const ORIGIN: Readonly<Record<Calibration['method'], string>> = {
  known_objects: "the middle of the image's lower edge",
  camera: "the middle of the image's lower edge",
  marker: 'a corner of the printed sheet',
  scale: "the image's upper left corner",
  homography: 'the zero point of the given table points',
  none: '',
};

/** An analysis for a person at a terminal. Class names may come from a caller: none of them is obeyed. */
export function describeAnalysis(input: string, analysis: Analysis): string {
  const { calibration, feedback, image, units = 'metric' } = analysis;
  const said = `${calibration.method === 'none' ? calibration.reason : ''} ${feedback?.summary ?? ''}`.toLowerCase();
  const advice = (feedback?.recommendations ?? []).join('\n');
  const lines = [
    `${input}  ${image.width} x ${image.height}  ${analysis.analysis_id}${analysis.cached ? '  (cached)' : ''}`,
    ...(feedback ? [`  ${feedback.summary}`, ...feedback.recommendations.map((r) => `  - ${r}`)] : []),
    ...judgedLines(analysis, advice),
    `  ${scaleLine(analysis)}${calibration.method === 'none' ? ' On the command line give --mm-per-pixel.' : ''}`,
    ...(analysis.objects.some((o) => o.position.x_mm !== null)
      ? [`  places on the table are counted from ${ORIGIN[calibration.method]}; ± holds in 9 of 10 cases`]
      : []),
    ...analysis.objects.map((o) => object(o, units)),
    ...analysis.warnings.filter((warning) => !said.includes(warning.toLowerCase())).map((warning) => `  ! ${warning}`),
  ];
  return `${lines.map(oneLine).join('\n')}\n`;
}

/** Right and away are the person's, who sits where the image was taken from. */
function object({ id, confidence, bbox, position }: AnalysedObject, units: UnitSystem): string {
  const box = `score ${confidence.toFixed(2)}  pixels [${bbox.map(Math.round).join(', ')}]`;
  const { x_mm: x, y_mm: y, uncertainty_mm: error } = position;
  if (x === null || y === null) return `  ${id.padEnd(14)} ${box}`;
  return `  ${id.padEnd(14)} ${box}  ${placeWords(x, y, error, units)}`;
}

/** What is rounded to nothing is left out; where the error is as large as the way, only how far it may be is known. */
function placeWords(x: number, y: number, error: number | null, units: UnitSystem): string {
  const say = (length: number) => roughly(Math.abs(length), error ?? 1, units);
  const way = Math.hypot(x, y);
  if (error !== null && error >= way) return `within ${say(way + error)} of that point`;
  const parts = [
    { length: x, where: x < 0 ? 'to the left' : 'to the right' },
    { length: y, where: y < 0 ? 'away from you' : 'toward you' },
  ].filter(({ length }) => !say(length).startsWith('0 '));
  const place = parts.map(({ length, where }) => `${say(length)} ${where}`).join(', ');
  return `${place === '' ? 'at that point' : place}${error === null ? '' : ` (± ${say(error)})`}`;
}

/** Of what holds, more lines than these are counted only. */
const MAX_HOLDING = 20;

/** What the advice has not said yet. */
function judgedLines(analysis: Analysis, advice: string): string[] {
  const untold = analysis.rules.filter(({ reason }) => !advice.includes(reason));
  const lines = [...new Set(untold.filter(({ verdict }) => verdict !== 'satisfied').map(judged))];
  const holding = [...new Set(untold.filter(({ verdict }) => verdict === 'satisfied').map(judged))];
  const told = holding.slice(0, MAX_HOLDING);
  const more = countFindings(analysis).satisfied - told.length;
  return [...lines, ...told, ...(holding.length > 0 && more > 0 ? [`  ${'satisfied'.padEnd(10)} ${more} more`] : [])];
}

function judged({ verdict, reason }: Verdict): string {
  const word = verdict === 'not_applicable' ? 'no case' : verdict;
  return `  ${word.padEnd(10)} ${reason}`;
}
