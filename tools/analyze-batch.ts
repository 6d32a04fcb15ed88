import * as z from 'zod';
import { AnalyzeRequest } from '../src/contract/analyze-request.ts';
import { MmPerPixel } from '../src/contract/calibration.ts';
import { ImageSource } from '../src/contract/ids.ts';
import { Urgency, urgent } from '../src/contract/priority.ts';
import { spelled } from '../src/contract/spelled.ts';
import { aliasesOf, IMAGE_NAMES, measuring } from '../src/gateway/mcp/protocol/arguments.ts';
import { defineTool } from '../src/gateway/mcp/protocol/tool.ts';
import { BatchOutput, batchAnswer } from '../src/presentation/batch-answer.ts';

/** One image in place of a list is the list of it. */
const orOne = (given: unknown) => (typeof given === 'string' ? [given] : given);

export const analyzeBatch = defineTool({
  name: 'analyze_batch',
  title: 'Analyse several desk photos',
  description:
    'Like analyze_image for up to 10 images of one camera. One bad image does not spoil the others. Answers one short entry per image; get_analysis has the rest.',
  permission: 'analysis:write',
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: true },
  readOnlyMode: 'without_storing',
  input: z.strictObject({
    images: spelled(z.array(ImageSource).min(1).max(100).describe('1 to 10 images'), orOne),
    threshold: measuring.threshold,
    inference: measuring.inference,
    mm_per_pixel: MmPerPixel.optional(),
    calibration_id: measuring.calibration_id,
    context: measuring.context,
    units: AnalyzeRequest.shape.units,
    priority: Urgency,
  }),
  output: BatchOutput,
  aliases: {
    ...aliasesOf('images', ['image', ...IMAGE_NAMES, ...IMAGE_NAMES.map((name) => `${name}s`)]),
    confidence_threshold: 'threshold',
  },
  async run(args, call) {
    const { images, mm_per_pixel, priority, ...options } = args;
    const calibration = mm_per_pixel === undefined ? undefined : { mm_per_pixel };
    const requests = images.map((image) => ({ ...options, calibration, image, store: call.mayStore }));
    return batchAnswer(await call.services.analyses.batch(urgent(call, priority), requests), call.mayStore);
  },
});
