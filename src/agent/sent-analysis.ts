import * as z from 'zod';
import { AnalyzeRequest } from '../contract/analyze-request.ts';
import { BoxNoiseInput } from '../contract/box-noise.ts';
import { DetectionInput } from '../contract/detection.ts';
import { Z90 } from '../contract/verdict.ts';

const MOST_OBJECTS = 200;
/** The largest standard error that a scale may be given with. */
const MOST_SIGMA = 0.5;

const SeenObject = z
  .object({ class: z.unknown(), bbox: z.unknown(), confidence: z.unknown() })
  .transform((seen) => Object.fromEntries(Object.entries(seen).filter(([, value]) => value !== undefined)))
  .pipe(DetectionInput);

/** What is read of another agent's analysis. Its verdicts, moves and words are its own: this server judges by its rules. */
export const SentAnalysis = z.object({
  analysis: z.object({
    image: AnalyzeRequest.shape.size.unwrap().strip(),
    objects: z.array(SeenObject).max(MOST_OBJECTS),
    model: z.object({ box_noise: BoxNoiseInput.optional() }).nullish(),
    calibration: z
      .object({
        method: z.string(),
        mm_per_pixel: z.number().positive().max(100).nullish(),
        relative_uncertainty: z.number().min(0).nullish(),
        contradicted: z.boolean().optional(),
      })
      .nullish(),
  }),
});
export type SentAnalysis = z.output<typeof SentAnalysis>;
type SentCalibration = SentAnalysis['analysis']['calibration'];

/** An analysis as arguments of the skills that look at a desk: the sender's detections, measured and judged here. */
export function argumentsOfAnalysis({ analysis }: SentAnalysis): Record<string, unknown> {
  const { image, objects, model, calibration } = analysis;
  const scale = scaleOf(calibration);
  return {
    detections: objects,
    size: image,
    ...(model?.box_noise !== undefined && { box_noise: model.box_noise }),
    ...(scale !== undefined && { calibration: scale }),
  };
}

/**
 * The sender's scale where it is one number and rests on more than the objects: from objects this server finds it itself,
 * and a view at a slant has no such number.
 */
function scaleOf(given: SentCalibration) {
  const { method, mm_per_pixel, relative_uncertainty, contradicted } = given ?? {};
  if (mm_per_pixel == null || contradicted === true || method === 'known_objects' || method === 'none')
    return undefined;
  if (relative_uncertainty == null) return { mm_per_pixel };
  return { mm_per_pixel, sigma: Math.min(MOST_SIGMA, relative_uncertainty / Z90) };
}
