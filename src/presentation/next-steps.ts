import { saysWhyNothingMoves } from '../analysis/movable.ts';
import type { Analysis } from '../contract/analysis.ts';

/** What usually helps after an analysis; facts about this answer, most useful first. */
export function nextSteps(analysis: Analysis, stored: boolean): string[] {
  const steps: string[] = [];
  if (analysis.calibration.method === 'none') {
    steps.push(
      'millimetres need "calibration" (four table points, a known rectangle or mm_per_pixel), the printed sheet in view (h200-mug marker) or a laptop',
    );
  }
  // Not of millimetres: whether something is there, or stands on something.
  const doubt = analysis.rules.some((r) => r.verdict === 'uncertain' && r.unit !== 'mm');
  if (analysis.model?.inference === 'single' && (doubt || analysis.detections.length === 0)) {
    steps.push('"inference":"tiled" takes a few times as long and errs less');
  }
  if (analysis.warnings.some(saysWhyNothingMoves)) {
    const open = analysis.rules.find((r) => r.verdict === 'violated' || r.verdict === 'uncertain')?.objects ?? [];
    const [thing] = analysis.objects.filter(({ id }) => open.includes(id));
    if (thing !== undefined) steps.push(`"movable":["${thing.class}"] allows the ${thing.class} to be moved`);
  }
  if (analysis.rules.length === 0)
    steps.push('no rule applied: create_rule takes a sentence such as "Keep mugs at least 6 inches away from laptops"');
  if (stored) steps.push(`get_annotated_image {"analysis_id":"${analysis.analysis_id}"} shows the measured scene`);
  else steps.push('this answer was not stored: its id cannot be used later');
  return steps;
}
