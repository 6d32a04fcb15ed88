import * as z from 'zod';
import { AnalysisId, Limit } from '../src/contract/ids.ts';
import { defineTool } from '../src/gateway/mcp/protocol/tool.ts';
import { analysisAnswer } from '../src/presentation/analysis-answer.ts';
import { Detail } from '../src/presentation/analysis-summary.ts';
import { analysisHeadline } from '../src/presentation/analysis-text.ts';
import { nextSteps } from '../src/presentation/next-steps.ts';

export const getAnalysis = defineTool({
  name: 'get_analysis',
  title: 'Read stored analyses',
  description:
    'One stored analysis by id, as analyze_image answers it, or without an id the recent ones, newest first.',
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  readOnlyMode: 'same',
  input: z.strictObject({
    analysis_id: AnalysisId.optional(),
    detail: Detail.default('summary'),
    limit: Limit(50, 10),
    offset: z.int().min(0).default(0),
  }),
  output: z.looseObject({
    recent: z
      .array(z.strictObject({ analysis_id: z.string(), timestamp: z.string(), headline: z.string() }))
      .optional(),
    total: z.int().optional(),
  }),
  aliases: { id: 'analysis_id' },
  async run(args, call) {
    if (args.analysis_id !== undefined) {
      const analysis = await call.services.analyses.get(call, args.analysis_id);
      const { text, structured } = analysisAnswer(analysis, args.detail, nextSteps(analysis, true));
      return { text, structured: { ...structured } };
    }
    const page = await call.services.analyses.list(call, { limit: args.limit, offset: args.offset });
    const recent = page.items.map((analysis) => ({
      analysis_id: analysis.analysis_id,
      timestamp: analysis.timestamp,
      headline: analysisHeadline(analysis),
    }));
    const lines = recent.map((one) => `- ${one.analysis_id} · ${one.timestamp} · ${one.headline}`);
    return {
      text: [`Stored analyses: ${page.total}, ${recent.length} shown.`, ...lines].join('\n'),
      structured: { recent, total: page.total },
    };
  },
});
