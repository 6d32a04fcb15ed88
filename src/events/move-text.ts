import type { Analysis } from '../contract/analysis.ts';
import { idLabel } from '../rules/label.ts';

/** What the n-th move is, in a sentence; where there is none of it, why it is. Sentences of moves come first among the recommendations. */
export function moveText({ positioning, feedback }: Analysis, at: number): string {
  const move = positioning!.adjustments_needed[at]!;
  const said = feedback?.recommendations[at] ?? '';
  return said.startsWith(`Move ${idLabel(move.object_id)} `) ? said : move.reason;
}
