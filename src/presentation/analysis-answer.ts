import * as z from 'zod';
import { type Adjustment, Analysis } from '../contract/analysis.ts';
import type { Verdict } from '../contract/verdict.ts';
import type { ToolAnswer } from './answer.ts';

/** An analysis as a tool answers it. `omitted` says how much was left out to fit the limits of clients. */
export const AnalysisOutput = z.strictObject({
  ...Analysis.shape,
  omitted: z
    .strictObject({ objects: z.int(), verdicts: z.int() })
    .optional()
    .describe('left out for length; the resource analysis://{id} has everything'),
});
export type AnalysisOutput = z.infer<typeof AnalysisOutput>;

/** Clients cut at 25,000 tokens; JSON of numbers needs up to one token for 2.5 characters. */
const MAX_JSON = 45_000;
const MAX_LINES = 12;

export function analysisAnswer(analysis: Analysis, hints: readonly string[] = []): ToolAnswer<AnalysisOutput> {
  return { text: analysisText(analysis, hints), structured: condensed(analysis) };
}

/** Drops first what does not apply, then what holds, then the tail; mugs and violations stay longest. */
export function condensed(analysis: Analysis): AnalysisOutput {
  if (length(analysis) <= MAX_JSON) return analysis;
  const telling = analysis.rules.filter((v) => v.verdict === 'violated' || v.verdict === 'uncertain');
  const mugsFirst = [
    ...analysis.objects.filter((o) => o.class === 'mug'),
    ...analysis.objects.filter((o) => o.class !== 'mug'),
  ];
  for (let keep = 80; ; keep = Math.floor(keep / 2)) {
    const objects = mugsFirst.slice(0, keep);
    const rules = telling.slice(0, keep);
    const shorter: AnalysisOutput = {
      ...analysis,
      objects,
      detections: analysis.detections.slice(0, keep),
      rules,
      positioning: analysis.positioning && {
        ...analysis.positioning,
        adjustments_needed: analysis.positioning.adjustments_needed.slice(0, keep),
        mugs: analysis.positioning.mugs.slice(0, keep),
      },
      feedback: analysis.feedback && {
        ...analysis.feedback,
        recommendations: analysis.feedback.recommendations.slice(0, keep),
      },
      warnings: analysis.warnings.slice(0, keep),
      omitted: {
        objects: analysis.objects.length - objects.length,
        verdicts: analysis.rules.length - rules.length,
      },
    };
    if (keep <= 1 || length(shorter) <= MAX_JSON) return shorter;
  }
}

const length = (value: unknown) => JSON.stringify(value).length;

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

function analysisText(analysis: Analysis, hints: readonly string[]): string {
  const open = analysis.rules.filter((v) => v.verdict === 'violated' || v.verdict === 'uncertain');
  const moves = analysis.positioning?.adjustments_needed ?? [];
  const infeasible = analysis.positioning?.infeasible;
  const said = analysis.calibration.mm_per_pixel === null ? analysis.calibration.reason : null;
  const warnings = analysis.warnings.filter((warning) => warning !== said);
  const notes = [...warnings, ...(infeasible ? [`No arrangement mends all: ${infeasible.explanation}`] : [])];
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

function scaleLine({ calibration }: Analysis): string {
  if (calibration.mm_per_pixel === null)
    return `No millimetres: ${sentence(calibration.reason ?? 'nothing says how large a pixel is')}`;
  const error = calibration.relative_uncertainty;
  const spread = error === null ? '' : ` ± ${number(error * 100)} % (one sigma)`;
  const from = calibration.references.length > 0 ? ` from ${calibration.references.slice(0, 5).join(', ')}` : '';
  return `Scale ${number(calibration.mm_per_pixel)} mm per pixel${spread}, ${calibration.method}${from}.`;
}

export function verdictLine(v: Verdict): string {
  const unit = v.unit === 'mm' ? ' mm' : '';
  const spread = v.uncertainty === null ? '' : ` ± ${number(v.uncertainty)}`;
  const required = v.required === null ? '' : `, required ${number(v.required)}${unit}`;
  const measured = v.measured === null ? '' : ` · ${number(v.measured)}${spread}${unit}${required}`;
  return `${v.verdict} · ${v.rule_id} · ${v.objects.join(', ')}${measured} · ${v.reason}`;
}

export function moveLine(move: z.infer<typeof Adjustment>): string {
  const far = move.distance_mm === null ? '' : ` ${number(move.distance_mm)} mm`;
  const vector = `[${move.vector_px.map(number).join(', ')}] px`;
  const proof = move.verified ? 'verified' : 'not verified';
  return `${move.object_id}: ${move.type.replace('_', ' ')}${far} (${vector}), ${proof} · ${move.reason}`;
}

function section(title: string, lines: readonly string[]): string {
  if (lines.length === 0) return '';
  const more = lines.length > MAX_LINES ? [`- and ${lines.length - MAX_LINES} more`] : [];
  return [`${title}:`, ...lines.slice(0, MAX_LINES).map((line) => `- ${line}`), ...more].join('\n');
}

const sentence = (text: string) => (text.endsWith('.') ? text : `${text}.`);
const number = (value: number) => String(Number(value.toPrecision(4)));
