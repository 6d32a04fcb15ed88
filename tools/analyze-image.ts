import * as z from 'zod';
import { AnalyzeRequest } from '../src/contract/analyze-request.ts';
import { Urgency, urgent } from '../src/contract/priority.ts';
import { imageAliases, measuring, placing, requireSource, seen } from '../src/gateway/mcp/protocol/arguments.ts';
import { defineTool } from '../src/gateway/mcp/protocol/tool.ts';
import { SCENE_VIEW_URI } from '../src/gateway/mcp/scene-view/page.ts';
import { analysisAnswer } from '../src/presentation/analysis-answer.ts';
import { AnalysisAnswer, Detail } from '../src/presentation/analysis-summary.ts';
import { nextSteps } from '../src/presentation/next-steps.ts';

export const analyzeImage = defineTool({
  name: 'analyze_image',
  title: 'Analyse a desk photo',
  description:
    'Finds what lies on a desk, measures it in millimetres with an error, checks all enabled rules and proposes moves that were verified. Give an image, or your own detections with the size. Unknown values are null with a reason.',
  permission: 'analysis:write',
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: true },
  readOnlyMode: 'without_storing',
  input: z.strictObject({
    image: AnalyzeRequest.shape.image,
    ...seen,
    ...measuring,
    ...placing,
    include_feedback: AnalyzeRequest.shape.include_feedback,
    units: AnalyzeRequest.shape.units,
    store: AnalyzeRequest.shape.store,
    priority: Urgency,
    detail: Detail.default('summary').describe('full: every object, verdict and move'),
  }),
  output: AnalysisAnswer,
  view: SCENE_VIEW_URI,
  aliases: imageAliases,
  async run(args, call) {
    requireSource(args);
    const { detail, priority, ...request } = args;
    const store = args.store && call.mayStore;
    const analysis = await call.services.analyses.analyze(urgent(call, priority), { ...request, store });
    return analysisAnswer(analysis, detail, nextSteps(analysis, store && analysis.stored !== false));
  },
});
