import * as z from 'zod';
import { Adjustment, type Analysis, CalibrationReport, countFindings } from '../contract/analysis.ts';
import { listItem } from '../contract/analysis-list-item.ts';
import { ruleLabel } from '../contract/request-rule.ts';
import { isNotChecked } from '../contract/unreadable.ts';
import { Verdict } from '../contract/verdict.ts';
import { analysisHeadline, doubtLines, isScaleGuess, moveLine, scaleLine, verdictLine } from './analysis-text.ts';
import type { ToolAnswer } from './answer.ts';

/** How much of an analysis a tool answers: what an agent needs to go on, or all of it. */
export const Detail = z.enum(['summary', 'full']);
export type Detail = z.infer<typeof Detail>;

const Finding = Verdict.pick({
  rule_id: true,
  verdict: true,
  objects: true,
  measured: true,
  uncertainty: true,
  required: true,
  unit: true,
  reason: true,
});

export const AnalysisAnswer = z.strictObject({
  analysis_id: z.string(),
  findings: z
    .strictObject({ violated: z.int(), uncertain: z.int(), satisfied: z.int(), not_applicable: z.int() })
    .optional(),
  open: z.array(Finding).optional().describe('violated before uncertain'),
  move: Adjustment.omit({ vector_mm: true }).nullable().optional().describe('the most urgent'),
  safety_score: z.number().nullable().optional(),
  objects: z.record(z.string(), z.int()).optional().describe('by class'),
  mugs: z
    .array(
      z.strictObject({
        id: z.string(),
        bbox: z.array(z.number()),
        x_mm: z.number().nullable(),
        y_mm: z.number().nullable(),
        uncertainty_mm: z.number().nullable(),
      }),
    )
    .optional(),
  calibration: CalibrationReport.pick({
    method: true,
    mm_per_pixel: true,
    mm_per_pixel_range: true,
    relative_uncertainty: true,
    reason: true,
    contradicted: true,
  }).optional(),
  warnings: z.array(z.string()).optional(),
  left_out: z.record(z.string(), z.int()).optional().describe('of open, mugs, moves, warnings: detail full has them'),
  cached: z.boolean().optional(),
  processing_time_ms: z.int().optional(),
  analysis: z.record(z.string(), z.unknown()).optional().describe('with detail full, in place of the rest'),
});
export type AnalysisAnswer = z.infer<typeof AnalysisAnswer>;

export const MAX_SUMMARY_JSON = 2000;
export const MAX_SUMMARY_TEXT = 800;
const MAX_REASON = 240;

export function analysisSummary(analysis: Analysis, hints: readonly string[] = []): ToolAnswer<AnalysisAnswer> {
  return { text: summaryText(analysis, hints), structured: summarised(analysis) };
}

/** Violated before uncertain. */
export function openVerdicts(analysis: Analysis): Verdict[] {
  const of = (kind: Verdict['verdict']) => analysis.rules.filter((v) => v.verdict === kind);
  return [...of('violated'), ...of('uncertain')];
}

/** Lists give way one entry at a time, the longest first, until all fits; how many were left out is said. */
function summarised(analysis: Analysis): AnalysisAnswer {
  const findings = countFindings(analysis);
  const moves = analysis.positioning?.adjustments_needed ?? [];
  const open = openVerdicts(analysis);
  const { method, mm_per_pixel, mm_per_pixel_range, relative_uncertainty, reason, contradicted } = analysis.calibration;
  const lists = {
    open: open.slice(0, 6).map(({ rule_id, verdict, objects, measured, uncertainty, required, unit, reason: why }) => ({
      rule_id,
      verdict,
      objects: objects.slice(0, 8),
      measured,
      uncertainty,
      required,
      unit,
      reason: short(why),
    })),
    mugs: analysis.detections.slice(0, 6).map(({ id, bbox, position }) => ({
      id,
      bbox: bbox.map(Math.round),
      x_mm: position.x_mm,
      y_mm: position.y_mm,
      uncertainty_mm: position.uncertainty_mm,
    })),
    warnings: analysis.warnings.slice(0, 4).map(short),
  };
  const made = (): AnalysisAnswer => {
    const left = {
      open: findings.violated + findings.uncertain - lists.open.length,
      mugs: analysis.detections.length - lists.mugs.length,
      moves: Math.max(0, moves.length - 1),
      warnings: analysis.warnings.length - lists.warnings.length,
    };
    const leftOut = Object.fromEntries(Object.entries(left).filter(([, count]) => count > 0));
    return {
      analysis_id: analysis.analysis_id,
      findings,
      ...lists,
      move: moves[0] ? withoutVector(moves[0]) : null,
      safety_score: analysis.positioning?.safety_score ?? null,
      objects: byClass(analysis),
      calibration: {
        method,
        mm_per_pixel,
        mm_per_pixel_range,
        relative_uncertainty,
        reason: reason && short(reason),
        ...(contradicted && { contradicted }),
      },
      ...(Object.keys(leftOut).length > 0 && { left_out: leftOut }),
      cached: analysis.cached,
      processing_time_ms: analysis.processing_time_ms,
    };
  };
  for (;;) {
    const answer = made();
    const longest = longestOf(lists);
    if (JSON.stringify(answer).length <= MAX_SUMMARY_JSON || longest === null) return answer;
    longest.pop();
  }
}

function longestOf(lists: Record<string, unknown[]>): unknown[] | null {
  const filled = Object.values(lists).filter((list) => list.length > 0);
  const size = (list: unknown[]) => JSON.stringify(list).length;
  return filled.toSorted((a, b) => size(b) - size(a))[0] ?? null;
}

function withoutVector({ vector_mm: _, ...move }: z.infer<typeof Adjustment>) {
  return { ...move, reason: short(move.reason), rule_ids: move.rule_ids.slice(0, 8) };
}

/** At most twenty classes are told apart: a caller's own detections may name any number. */
function byClass(analysis: Analysis): Record<string, number> {
  const counts = new Map<string, number>();
  for (const { class: name } of analysis.objects) counts.set(name, (counts.get(name) ?? 0) + 1);
  const most = [...counts].sort((a, b) => b[1] - a[1]);
  const rest = most.slice(20).reduce((sum, [, count]) => sum + count, 0);
  return Object.fromEntries([...most.slice(0, 20), ...(rest > 0 ? [['other', rest] as const] : [])]);
}

const short = (text: string) => (text.length <= MAX_REASON ? text : `${text.slice(0, MAX_REASON - 1)}…`);

/** What matters most comes first; a line that does not fit any more is counted, not cut. */
function summaryText(analysis: Analysis, hints: readonly string[]): string {
  const moves = analysis.positioning?.adjustments_needed ?? [];
  const infeasible = analysis.positioning?.infeasible;
  const said = analysis.calibration.reason;
  const open = openVerdicts(analysis).map((v) => `- ${verdictLine(v)}`);
  const moved = moves.map((move, i) => `${moveTitle(i, moves.length)} ${moveLine(move)}`);
  const doubts = doubtLines(analysis);
  const lines = [
    ...doubts,
    ...open,
    ...moved,
    ...(infeasible ? [`No arrangement resolves all: ${infeasible.explanation}`] : []),
    ...(isScaleGuess(analysis) ? [] : [scaleLine(analysis)]),
    ...notApplicable(analysis),
    ...analysis.warnings
      .filter((warning) => warning !== said && !isNotChecked(warning))
      .map((warning) => `Note: ${warning}`),
    ...hints.slice(0, 3).map((hint) => `Next: ${hint}`),
  ];
  const head = `**${analysis.analysis_id}** · ${analysisHeadline(listItem(analysis))}${analysis.cached ? ' · cached' : ''}`;
  const room = MAX_SUMMARY_TEXT - head.length - ' … and 999 more lines: detail "full"'.length;
  const kept = new Set<string>();
  let used = 0;
  // A move finds room before the second verdict does.
  for (const line of [...doubts, ...open.slice(0, 1), ...moved.slice(0, 1), ...lines]) {
    if (kept.has(line) || used + line.length + 1 > room) continue;
    kept.add(line);
    used += line.length + 1;
  }
  const left = lines.filter((line) => !kept.has(line)).length;
  return [
    head,
    ...lines.filter((line) => kept.has(line)),
    ...(left > 0 ? [`… and ${left} more ${left === 1 ? 'line' : 'lines'}: detail "full"`] : []),
  ].join('\n');
}

/** Each move was checked with all others made: one alone promises nothing. */
const moveTitle = (at: number, all: number) => (all === 1 ? 'Move' : `Move ${at + 1} of ${all}, to be made together:`);

/** A rule that judged nothing is named, so that its silence is not taken for "all is well". */
function notApplicable(analysis: Analysis): string[] {
  const { not_applicable: count } = countFindings(analysis);
  const first = analysis.rules.find((v) => v.verdict === 'not_applicable');
  if (count === 0 || first === undefined) return [];
  return [`Not applicable: ${count}${count > 1 ? ', among them' : ','} ${ruleLabel(first.rule_id)} · ${first.reason}`];
}
