import type * as z from 'zod';
import { steps } from '../analysis/feedback/directions.ts';
import { GUESSED_SCALE } from '../analysis/feedback/scale-guess.ts';
import type { Adjustment, Analysis } from '../contract/analysis.ts';
import { type AnalysisListItem, listItem } from '../contract/analysis-list-item.ts';
import { ruleLabel } from '../contract/request-rule.ts';
import { isNotChecked } from '../contract/unreadable.ts';
import { isStanding, type Verdict } from '../contract/verdict.ts';

const MAX_LINES = 12;

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

export function analysisText(analysis: Analysis, hints: readonly string[]): string {
  const open = [
    ...analysis.rules.filter((v) => v.verdict === 'violated'),
    ...analysis.rules.filter((v) => v.verdict === 'uncertain'),
  ];
  const moves = analysis.positioning?.adjustments_needed ?? [];
  const infeasible = analysis.positioning?.infeasible;
  const { method, contradicted, reason } = analysis.calibration;
  const said = method === 'none' || contradicted ? reason : null;
  const warnings = analysis.warnings.filter((warning) => warning !== said && !isNotChecked(warning));
  const notes = [...warnings, ...(infeasible ? [`No arrangement resolves all: ${infeasible.explanation}`] : [])];
  return [
    `**${analysis.analysis_id}** · ${analysisHeadline(listItem(analysis))}${analysis.cached ? ' · cached' : ''}`,
    ...doubtLines(analysis),
    isScaleGuess(analysis) ? undefined : scaleLine(analysis),
    analysis.feedback?.summary,
    section('Open verdicts', open.map(verdictLine)),
    section(moves.length > 1 ? 'Moves, to be made together' : 'Moves', moves.map(moveLine)),
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
  const scale =
    calibration.mm_per_pixel !== null || low === undefined || high === undefined
      ? number(calibration.mm_per_pixel ?? 0)
      : `${number(low)} (near) to ${number(high)} (far)`;
  const told = `${scale} mm per pixel${spread}, ${calibration.method}${from}.`;
  return isScaleGuess(analysis) ? `The scale is only a guess: ${told}` : `Scale ${told}`;
}

/** What must be read before any number, a line each. */
export function doubtLines(analysis: Analysis): string[] {
  const { contradicted, reason } = analysis.calibration;
  return [
    ...analysis.warnings.filter(isNotChecked),
    ...(contradicted && reason !== null ? [`The millimetres are in doubt: ${sentence(reason)}`] : []),
    ...(isScaleGuess(analysis) ? [scaleLine(analysis)] : []),
  ];
}

export function verdictLine(v: Verdict): string {
  const unit = v.unit === 'mm' ? ' mm' : '';
  const spread = v.uncertainty === null ? '' : ` ± ${number(v.uncertainty)}`;
  const required = v.required === null ? '' : `, required ${number(v.required)}${unit}`;
  // What stands on the other is no measured distance: the reason says it.
  const measured = v.measured === null || isStanding(v) ? '' : ` · ${number(v.measured)}${spread}${unit}${required}`;
  return `${v.verdict} · ${ruleLabel(v.rule_id)} · ${v.objects.join(', ')}${measured} · ${v.reason}`;
}

/** What a verified move promises. */
const VERIFIED = 'verified (its rules hold there with all errors; see that it is free)';

export function moveLine(move: z.infer<typeof Adjustment>): string {
  const proof = move.verified ? VERIFIED : 'not verified';
  return `${move.object_id} ${moveWords(move)}, ${proof} · ${move.reason}`;
}

/** "25 mm to the left and 10 mm toward you ([-25, 10] px)". */
export function moveWords({ vector_mm, vector_px }: z.infer<typeof Adjustment>): string {
  const [x, y] = vector_mm ?? vector_px;
  const pixels = `[${vector_px.map(number).join(', ')}] px`;
  return `${steps({ x, y }, (length) => `${number(length)} ${vector_mm ? 'mm' : 'px'}`)}${vector_mm ? ` (${pixels})` : ''}`;
}

function section(title: string, lines: readonly string[]): string {
  if (lines.length === 0) return '';
  const more = lines.length > MAX_LINES ? [`- and ${lines.length - MAX_LINES} more`] : [];
  return [`${title}:`, ...lines.slice(0, MAX_LINES).map((line) => `- ${line}`), ...more].join('\n');
}

const sentence = (text: string) => (text.endsWith('.') ? text : `${text}.`);
const number = (value: number) => String(Number(value.toPrecision(4)));
