import * as z from 'zod';
import { Adjustment, Analysis, CalibrationReport, countFindings } from '../contract/analysis.ts';
import { Verdict } from '../contract/verdict.ts';
import { summaryText, whyNot } from './analysis-summary-text.ts';
import { openVerdicts } from './analysis-text.ts';
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
  probability: true,
  unit: true,
  reason: true,
});

const VectorPx = Adjustment.shape.vector_px.optional().describe('where mm are unknown');

export const AnalysisAnswer = z.strictObject({
  analysis_id: z.string(),
  findings: z
    .strictObject({ violated: z.int(), uncertain: z.int(), satisfied: z.int(), not_applicable: z.int() })
    .optional(),
  open: z.array(Finding).optional().describe('violated before uncertain'),
  move: Adjustment.omit({ vector_mm: true, unverified: true }).nullable().optional().describe('the most urgent'),
  moves: z
    .array(Adjustment.pick({ object_id: true, vector_mm: true, verified: true }).extend({ vector_px: VectorPx }))
    .optional()
    .describe('all, to be made together'),
  why_not: z.string().nullable().optional().describe('why what is broken has no move'),
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
  left_out: z.record(z.string(), z.int()).optional().describe('detail full has them'),
  stored: Analysis.shape.stored,
  cached: z.boolean().optional(),
  processing_time_ms: z.int().optional(),
  analysis: z.record(z.string(), z.unknown()).optional().describe('with detail full'),
});
export type AnalysisAnswer = z.infer<typeof AnalysisAnswer>;

export const MAX_SUMMARY_JSON = 2000;
export const MAX_SUMMARY_MOVES = 12;
const MAX_REASON = 240;

export function analysisSummary(analysis: Analysis, hints: readonly string[] = []): ToolAnswer<AnalysisAnswer> {
  return { text: summaryText(analysis, hints), structured: summarised(analysis) };
}

/** Lists give way one entry at a time, until all fits; how many were left out is said, and a list that lost all is not there. */
function summarised(analysis: Analysis): AnalysisAnswer {
  const findings = countFindings(analysis);
  const moves = analysis.positioning?.adjustments_needed ?? [];
  const open = openVerdicts(analysis);
  const isOpen = new Set(open.flatMap(({ objects }) => objects));
  const mugs = analysis.detections.toSorted((a, b) => Number(isOpen.has(b.id)) - Number(isOpen.has(a.id)));
  const [why = null] = whyNot(analysis);
  const { method, mm_per_pixel, mm_per_pixel_range, relative_uncertainty, reason, contradicted } = analysis.calibration;
  const lists = {
    open: open
      .slice(0, 6)
      .map(({ rule_id, verdict, objects, measured, uncertainty, required, probability, unit, reason: why }) => ({
        rule_id,
        verdict,
        objects: objects.slice(0, 8),
        measured,
        uncertainty,
        required,
        ...(probability !== undefined && { probability }),
        unit,
        reason: short(why),
      })),
    mugs: mugs.slice(0, 6).map(({ id, bbox, position }) => ({
      id,
      bbox: bbox.map(Math.round),
      x_mm: position.x_mm,
      y_mm: position.y_mm,
      uncertainty_mm: position.uncertainty_mm,
    })),
    warnings: analysis.warnings.slice(0, 4).map(short),
  };
  const briefMoves = moves.slice(0, MAX_SUMMARY_MOVES).map(briefly);
  const made = (): AnalysisAnswer => {
    const all = {
      open: findings.violated + findings.uncertain,
      mugs: analysis.detections.length,
      moves: moves.length,
      warnings: analysis.warnings.length,
    };
    const left = {
      open: all.open - lists.open.length,
      mugs: all.mugs - lists.mugs.length,
      moves: all.moves - briefMoves.length,
      warnings: all.warnings - lists.warnings.length,
    };
    // An empty list says that there is nothing.
    const kept = Object.entries({ ...lists, moves: briefMoves }).filter(
      ([name, list]) => list.length > 0 || all[name as keyof typeof all] === 0,
    );
    const { moves: keptMoves, ...keptLists }: Pick<AnalysisAnswer, 'open' | 'mugs' | 'warnings' | 'moves'> =
      Object.fromEntries(kept);
    const leftOut = Object.fromEntries(Object.entries(left).filter(([, count]) => count > 0));
    return {
      analysis_id: analysis.analysis_id,
      ...(analysis.stored === false && { stored: false }),
      findings,
      ...keptLists,
      move: moves[0] ? withoutVector(moves[0]) : null,
      ...(keptMoves && { moves: keptMoves }),
      why_not: why && short(why),
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
  const { open: found, mugs: placed, warnings } = lists;
  for (;;) {
    const answer = made();
    if (JSON.stringify(answer).length <= MAX_SUMMARY_JSON) return answer;
    // One of each is worth more than many of one; where a mug is goes last.
    const longest =
      longestOf([placed, warnings], 1) ??
      longestOf([found], 2) ??
      longestOf([warnings]) ??
      longestOf([found]) ??
      longestOf([briefMoves]) ??
      longestOf([placed]);
    if (longest === null) return answer;
    longest.pop();
  }
}

/** Of the lists that hold more than that. */
function longestOf(lists: readonly unknown[][], least = 0): unknown[] | null {
  const size = (list: unknown[]) => JSON.stringify(list).length;
  return lists.filter((list) => list.length > least).toSorted((a, b) => size(b) - size(a))[0] ?? null;
}

function withoutVector({ vector_mm: _, unverified: __, ...move }: z.infer<typeof Adjustment>) {
  return { ...move, reason: short(move.reason), rule_ids: move.rule_ids.slice(0, 8) };
}

const briefly = ({ object_id, vector_mm, vector_px, verified }: z.infer<typeof Adjustment>) => ({
  object_id,
  vector_mm,
  ...(vector_mm === null && { vector_px }),
  verified,
});

/** At most twenty classes are told apart: a caller's own detections may name any number. */
function byClass(analysis: Analysis): Record<string, number> {
  const counts = new Map<string, number>();
  for (const { class: name } of analysis.objects) counts.set(name, (counts.get(name) ?? 0) + 1);
  const most = [...counts].sort((a, b) => b[1] - a[1]);
  const rest = most.slice(20).reduce((sum, [, count]) => sum + count, 0);
  return Object.fromEntries([...most.slice(0, 20), ...(rest > 0 ? [['other', rest] as const] : [])]);
}

const short = (text: string) => (text.length <= MAX_REASON ? text : `${text.slice(0, MAX_REASON - 1)}…`);
