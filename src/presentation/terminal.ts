import type { Analysis } from '../contract/analysis.ts';

/** An analysis for a person at a terminal. Class names may come from a caller: control characters are dropped. */
export function describeAnalysis(image: string, analysis: Analysis): string {
  const { calibration, positioning, feedback } = analysis;
  const lines = [
    `${image}  ${analysis.image.width} x ${analysis.image.height}  ${analysis.analysis_id}${analysis.cached ? '  (cached)' : ''}`,
    `  ${scale(calibration)}`,
    ...analysis.objects.map((o) => {
      const place = o.position.x_mm === null ? '' : `  at ${o.position.x_mm}, ${o.position.y_mm} mm`;
      const error = o.position.uncertainty_mm === null ? '' : ` ± ${o.position.uncertainty_mm}`;
      return `  ${o.id.padEnd(14)} ${o.confidence.toFixed(2)}  [${o.bbox.join(', ')}]${place}${error}`;
    }),
    ...analysis.rules.filter((r) => r.verdict !== 'not_applicable').map((r) => `  ${r.verdict.padEnd(10)} ${r.reason}`),
    ...(positioning?.adjustments_needed ?? []).map((a) => {
      const length = a.distance_mm === null ? '' : ` ${a.distance_mm} mm`;
      return `  move ${a.object_id} ${a.type.replace('move_', '')}${length}: ${a.reason}${a.verified ? ' (checked: its rules hold then)' : ''}`;
    }),
    ...(feedback ? [`  ${feedback.summary}`, ...feedback.recommendations.map((r) => `  - ${r}`)] : []),
    ...analysis.warnings.map((warning) => `  ! ${warning}`),
  ];
  return `${lines.map(printable).join('\n')}\n`;
}

function scale(calibration: Analysis['calibration']): string {
  if (calibration.mm_per_pixel === null) return `no millimetres: ${calibration.reason ?? 'no calibration'}`;
  const error =
    calibration.relative_uncertainty === null ? '' : ` ± ${Math.round(calibration.relative_uncertainty * 100)} %`;
  return `${calibration.mm_per_pixel} mm per pixel${error} (${calibration.method}: ${calibration.references.join(', ') || calibration.source})`;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
const printable = (line: string) => line.replace(/[\u0000-\u001f\u007f-\u009f]/g, '');
