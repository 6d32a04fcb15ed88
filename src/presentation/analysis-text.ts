import type * as z from 'zod';
import { steps } from '../analysis/feedback/directions.ts';
import { GUESSED_SCALE } from '../analysis/feedback/scale-guess.ts';
import type { Adjustment, Analysis } from '../contract/analysis.ts';
import { ruleLabel } from '../contract/request-rule.ts';
import type { Verdict } from '../contract/verdict.ts';

const MAX_LINES = 12;

/** One line that says what was found, for lists of analyses. */
export function analysisHeadline(analysis: Analysis): string {
  const others = analysis.objects.length - analysis.detections.length;
  const mugs = `${analysis.detections.length} ${analysis.detections.length === 1 ? 'mug' : 'mugs'}`;
  const counts = countFindings(analysis);
  const verdicts = (['violated', 'uncertain', 'satisfied'] as const)
    .filter((kind) => counts[kind] > 0)
    .map((kind) => `${counts[kind]} ${kind}`);
  const rest = `${others} other ${others === 1 ? 'object' : 'objects'}`;
  return [mugs, rest, ...(verdicts.length > 0 ? [`verdicts: ${verdicts.join(', ')}`] : [])].join(' · ');
}

/** Every finding counts, also one that is not listed; analyses of older versions know only their list. */
export function countFindings({ rules, findings }: Analysis): Record<Verdict['verdict'], number> {
  const counts = { satisfied: 0, violated: 0, uncertain: 0, not_applicable: 0 };
  for (const { verdict } of rules) counts[verdict] += 1;
  return { ...counts, ...findings };
}

export function analysisText(analysis: Analysis, hints: readonly string[]): string {
  const open = [
    ...analysis.rules.filter((v) => v.verdict === 'violated'),
    ...analysis.rules.filter((v) => v.verdict === 'uncertain'),
  ];
  const moves = analysis.positioning?.adjustments_needed ?? [];
  const infeasible = analysis.positioning?.infeasible;
  const said = analysis.calibration.method === 'none' ? analysis.calibration.reason : null;
  const warnings = analysis.warnings.filter((warning) => warning !== said);
  const notes = [...warnings, ...(infeasible ? [`No arrangement resolves all: ${infeasible.explanation}`] : [])];
  return [
    `**${analysis.analysis_id}** · ${analysisHeadline(analysis)}${analysis.cached ? ' · cached' : ''}`,
    scaleLine(analysis),
    analysis.feedback?.summary,
    section('Open verdicts', open.map(verdictLine)),
    section('Moves', moves.map(moveLine)),
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

export function verdictLine(v: Verdict): string {
  const unit = v.unit === 'mm' ? ' mm' : '';
  const spread = v.uncertainty === null ? '' : ` ± ${number(v.uncertainty)}`;
  const required = v.required === null ? '' : `, required ${number(v.required)}${unit}`;
  const measured = v.measured === null ? '' : ` · ${number(v.measured)}${spread}${unit}${required}`;
  return `${v.verdict} · ${ruleLabel(v.rule_id)} · ${v.objects.join(', ')}${measured} · ${v.reason}`;
}

/** What a verified move promises. */
const VERIFIED = 'verified (its rules hold there, errors included)';

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
