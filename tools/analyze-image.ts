import * as z from 'zod';
import { ImageSource } from '../src/contract/ids.ts';
import {
  analyzeRequest,
  imageAliases,
  measuring,
  placing,
  requireSource,
  seen,
} from '../src/gateway/mcp/protocol/arguments.ts';
import { defineTool } from '../src/gateway/mcp/protocol/tool.ts';
import { SCENE_VIEW_URI } from '../src/gateway/mcp/scene-view/page.ts';
import { AnalysisOutput, analysisAnswer } from '../src/presentation/analysis-answer.ts';
import { nextSteps } from '../src/presentation/next-steps.ts';

export const analyzeImage = defineTool({
  name: 'analyze_image',
  title: 'Analyse a desk photo',
  description:
    'Finds what lies on a desk, measures it in millimetres with an error, checks all enabled rules and proposes moves that were verified. Give an image, or your own detections with the size. Unknown values are null with a reason.',
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: true },
  readOnlyMode: 'without_storing',
  input: z.strictObject({
    image: ImageSource.optional(),
    ...seen,
    ...measuring,
    ...placing,
    include_feedback: z.boolean().default(true),
    units: z.enum(['metric', 'imperial']).default('metric').describe('of the feedback'),
    store: z.boolean().default(true).describe('false: answer only, keep nothing'),
  }),
  output: AnalysisOutput,
  view: SCENE_VIEW_URI,
  aliases: imageAliases,
  async run(args, call) {
    requireSource(args);
    const store = args.store && call.mayStore;
    const analysis = await call.services.analyses.analyze(
      { ...analyzeRequest(args), includeFeedback: args.include_feedback, units: args.units, store },
      call,
    );
    return analysisAnswer(analysis, nextSteps(analysis, store));
  },
});
