import type * as z from 'zod';
import type { Adjustment, Analysis } from '../contract/analysis.ts';
import { whyNot } from './analysis-summary-text.ts';
import { moveLine } from './analysis-text.ts';
import type { ToolAnswer } from './answer.ts';

const MAX_MOVES = 40;
const MAX_LINES = 12;

export interface PlacementAnswer {
  readonly analysis_id: string;
  readonly units: 'metric' | 'imperial';
  /** To be made together. */
  readonly moves: readonly z.infer<typeof Adjustment>[];
  /** Moves that are not in the list. */
  readonly left_out: number;
  /** Why what is broken has no move; null: it has, or nothing is broken. */
  readonly why_not: string | null;
  readonly safety_score: number | null;
  readonly open_findings: number;
  readonly warnings: readonly string[];
}

/** What to move where, and no more of an analysis. */
export function placementAnswer(analysis: Analysis): ToolAnswer<PlacementAnswer> {
  const { positioning, units = 'metric', rules, warnings } = analysis;
  const all = positioning?.adjustments_needed ?? [];
  const why = whyNot(analysis);
  const broken = rules.filter(({ verdict }) => verdict === 'violated').length;
  const none =
    why[0] ??
    (rules.length === 0
      ? 'No rule applied, so that nothing has to move.'
      : broken > 0
        ? 'No move was found.'
        : 'Nothing has to move.');
  return {
    text: [
      `**${analysis.analysis_id}**`,
      ...(all.length === 0 ? [none] : all.slice(0, MAX_LINES).map((move) => `- ${moveLine(move, units)}`)),
      ...(all.length > MAX_LINES ? [`- and ${all.length - MAX_LINES} more`] : []),
      ...(all.length > 0 ? why.slice(0, 1) : []),
    ].join('\n'),
    structured: {
      analysis_id: analysis.analysis_id,
      units,
      moves: all.slice(0, MAX_MOVES),
      left_out: Math.max(0, all.length - MAX_MOVES),
      why_not: why[0] ?? null,
      safety_score: positioning?.safety_score ?? null,
      open_findings: rules.filter(({ verdict }) => verdict === 'violated' || verdict === 'uncertain').length,
      warnings: warnings.slice(0, 10),
    },
  };
}
