import type * as z from 'zod';
import { wayInImage, wayOnTable } from '../analysis/feedback/directions.ts';
import { GUESSED_SCALE } from '../analysis/feedback/scale-guess.ts';
import { unverifiedWords, verifiedWords } from '../analysis/feedback/verified.ts';
import { type Adjustment, type Analysis, countFindings } from '../contract/analysis.ts';
import { type AnalysisListItem, listItem } from '../contract/analysis-list-item.ts';
import { MM_PER_INCH, type UnitSystem } from '../contract/length-unit.ts';
import { ruleLabel } from '../contract/request-rule.ts';
import { isNotChecked } from '../contract/unreadable.ts';
import type { Verdict } from '../contract/verdict.ts';
import { isWithoutStore } from '../contract/without-store.ts';

const MAX_LINES = 12;

/** A scale so many times the nearest one is that of a place near the horizon, where no length is known. */
const NEAR_HORIZON = 20;

/** One line that says what was found, for lists of analyses. */
export function analysisHeadline({ mugs: count, objects, findings }: AnalysisListItem): string {
  const others = objects - count;
  const mugs = `${count} ${count === 1 ? 'mug' : 'mugs'}`;
  const verdicts = (['violated', 'uncertain', 'satisfied'] as const)
    .filter((kind) => findings[kind] > 0)
    .map((kind) => `${findings[kind]} ${kind}`);
  const rest = `${others} other ${others === 1 ? 'object' : 'objects'}`;
  return [mugs, rest, ...(verdicts.length > 0 ? [`verdicts: ${verdicts.join(', ')}`] : [])].join(' · ');
}

/** Violated before uncertain. */
export function openVerdicts({ rules }: Pick<Analysis, 'rules'>): Verdict[] {
  const of = (kind: Verdict['verdict']) => rules.filter((v) => v.verdict === kind);
  return [...of('violated'), ...of('uncertain')];
}

export function analysisText(analysis: Analysis, hints: readonly string[]): string {
  const moves = analysis.positioning?.adjustments_needed ?? [];
  const infeasible = analysis.positioning?.infeasible;
  const { method, contradicted, reason } = analysis.calibration;
  const said = method === 'none' || contradicted ? reason : null;
  const warnings = analysis.warnings.filter((warning) => warning !== said && !leadsAnswer(warning));
  const notes = [...warnings, ...(infeasible ? [`No arrangement resolves all: ${infeasible.explanation}`] : [])];
  const holding = analysis.rules.filter(({ verdict }) => verdict === 'satisfied').map(verdictLine);
  return [
    `**${analysis.analysis_id}** · ${analysisHeadline(listItem(analysis))}${analysis.cached ? ' · cached' : ''}`,
    ...doubtLines(analysis),
    isScaleGuess(analysis) ? undefined : scaleLine(analysis),
    analysis.feedback?.summary,
    section('Open verdicts', openVerdicts(analysis).map(verdictLine)),
    section('Holds', holding, countFindings(analysis).satisfied - holding.length),
    section(
      moves.length > 1 ? 'Moves, to be made together' : 'Moves',
      moves.map((move) => moveLine(move, analysis.units)),
    ),
    section('Notes', notes),
    section('Next', hints.slice(0, 3)),
  ]
    .filter((part) => part !== undefined && part !== '')
    .join('\n\n');
}

export const isScaleGuess = ({ calibration: { relative_uncertainty: error } }: Analysis): boolean =>
  error !== null && error > GUESSED_SCALE;

export function scaleLine(analysis: Analysis): string {
  const { calibration } = analysis;
  if (calibration.method === 'none')
    return `No millimetres: ${sentence(calibration.reason ?? 'nothing says how large a pixel is')}`;
  const error = calibration.relative_uncertainty;
  const spread = error === null ? '' : ` ± ${number(error * 100)} %`;
  const from = calibration.references.length > 0 ? ` from ${calibration.references.slice(0, 5).join(', ')}` : '';
  const [low, high] = calibration.mm_per_pixel_range ?? [];
  const imperial = analysis.units === 'imperial';
  const say = (mm: number) => (imperial ? String(Number((mm / MM_PER_INCH).toPrecision(3))) : number(mm));
  const far = high === undefined || low === undefined || high > NEAR_HORIZON * low ? '' : ` to ${say(high)} (far)`;
  const scale =
    calibration.mm_per_pixel !== null || low === undefined || high === undefined
      ? say(calibration.mm_per_pixel ?? 0)
      : `${say(low)} (near)${far}`;
  const way = calibration.method === 'marker' ? 'millimetres' : calibration.method;
  const told = `${scale} ${imperial ? 'in' : 'mm'} per pixel${spread}, ${way}${from}.`;
  return isScaleGuess(analysis) ? `The scale is only a guess: ${told}` : `Scale ${told}`;
}

/** What must be read before any number, a line each. */
/** What the answer is without: said before anything else. */
export const leadsAnswer = (warning: string): boolean => isNotChecked(warning) || isWithoutStore(warning);

export function doubtLines(analysis: Analysis): string[] {
  const { contradicted, reason } = analysis.calibration;
  return [
    ...analysis.warnings.filter(leadsAnswer),
    ...(contradicted && reason !== null ? [`The millimetres are in doubt: ${sentence(reason)}`] : []),
    ...(isScaleGuess(analysis) ? [scaleLine(analysis)] : []),
  ];
}

/** The reason says how sure that is, what was measured and what is required; mostly it names the objects, too. */
export const verdictLine = (v: Verdict): string =>
  `${v.objects.every((id) => v.reason.includes(id)) ? ruleVerdict(v) : briefVerdict(v)} · ${v.reason}`;

const ruleVerdict = (v: Verdict) => `${v.verdict} · ${ruleLabel(v.rule_id)}`;

/** Which rule and what it is about, without the reason. */
export const briefVerdict = (v: Verdict): string =>
  `${ruleVerdict(v)}${v.objects.length > 0 ? ` · ${listed(v.objects)}` : ''}`;

type Move = z.infer<typeof Adjustment>;

/** What a move is for and what to check of it, each said once. */
export function moveLine(move: Move, units: UnitSystem = 'metric'): string {
  const isTold = !move.verified && partsOf(move).some((part) => OPEN.test(part));
  const reason = move.verified && move.unverified ? bareReason(move) : move.reason;
  return `${move.object_id} ${moveWords(move, units)}, ${isTold ? 'not verified' : proofWords(move)} · ${reason}`;
}

/** What a reason says of a move that is not verified, and of what is undecided about one that is. */
const OPEN = /^(?:check |only helps: )/;
const UNDECIDED = /^stays undecided: /;
const partsOf = ({ reason }: Move): string[] => reason.split('; ');

/** Why the move, without what is open about it: for where that is said beside it. */
export const bareReason = (move: Move): string =>
  partsOf(move)
    .filter((part) => !(move.verified ? UNDECIDED : OPEN).test(part))
    .join('; ');

/** What is promised of a move, or what is to be checked. */
export const proofWords = (move: Move): string =>
  move.verified ? verifiedWords(move.sight, { undecided: move.unverified }) : unverifiedWords(move);

/** One of several moves whose promise is said once for all. */
export const briefMove = (
  move: Move,
  units: UnitSystem = 'metric',
  proof = move.verified ? 'verified' : 'not verified',
): string => `${move.object_id} ${moveWords(move, units)}, ${proof}`;

/** "25 mm to the left and 10 mm toward you"; pixels only where there is nothing else. */
export function moveWords({ vector_mm, vector_px, verified }: Move, units: UnitSystem = 'metric'): string {
  const [x, y] = vector_mm ?? vector_px;
  return vector_mm ? wayOnTable({ x, y }, verified, units) : wayInImage({ x, y });
}

const MAX_NAMED = 4;

const listed = (ids: readonly string[]) =>
  [...ids.slice(0, MAX_NAMED), ...(ids.length > MAX_NAMED ? [`${ids.length - MAX_NAMED} more`] : [])].join(', ');

/** `counted`: how many more there are that have no line. */
function section(title: string, lines: readonly string[], counted = 0): string {
  if (lines.length === 0) return '';
  const left = Math.max(0, lines.length - MAX_LINES) + counted;
  const more = left > 0 ? [`- and ${left} more`] : [];
  return [`${title}:`, ...lines.slice(0, MAX_LINES).map((line) => `- ${line}`), ...more].join('\n');
}

const sentence = (text: string) => (text.endsWith('.') ? text : `${text}.`);
const number = (value: number) => String(Number(value.toPrecision(4)));
