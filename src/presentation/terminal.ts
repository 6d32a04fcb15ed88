import type { Analysis } from '../contract/analysis.ts';
import { moveWords, scaleLine } from './analysis-text.ts';

/** An analysis for a person at a terminal. Class names may come from a caller: control characters are dropped. */
export function describeAnalysis(image: string, analysis: Analysis): string {
  const { positioning, feedback } = analysis;
  const lines = [
    `${image}  ${analysis.image.width} x ${analysis.image.height}  ${analysis.analysis_id}${analysis.cached ? '  (cached)' : ''}`,
    `  ${scaleLine(analysis)}`,
    ...analysis.objects.map((o) => {
      const place = o.position.x_mm === null ? '' : `  at ${o.position.x_mm}, ${o.position.y_mm} mm`;
      const error = o.position.uncertainty_mm === null ? '' : ` ± ${o.position.uncertainty_mm}`;
      return `  ${o.id.padEnd(14)} ${o.confidence.toFixed(2)}  [${o.bbox.join(', ')}]${place}${error}`;
    }),
    ...analysis.rules.filter((r) => r.verdict !== 'not_applicable').map((r) => `  ${r.verdict.padEnd(10)} ${r.reason}`),
    ...(positioning?.adjustments_needed ?? []).map(
      (move) =>
        `  move ${move.object_id} ${moveWords(move)}: ${move.reason}${move.verified ? ' (checked: its rules hold then)' : ''}`,
    ),
    ...(feedback ? [`  ${feedback.summary}`, ...feedback.recommendations.map((r) => `  - ${r}`)] : []),
    ...analysis.warnings.map((warning) => `  ! ${warning}`),
  ];
  return `${lines.map(printable).join('\n')}\n`;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
const printable = (line: string) => line.replace(/[\u0000-\u001f\u007f-\u009f]/g, '');
