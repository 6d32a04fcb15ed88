import * as z from 'zod';
import { AnalysisId, Cursor, Limit, NextCursor, Unreadable } from '../src/contract/ids.ts';
import { leftOutLine } from '../src/contract/unreadable.ts';
import { defined } from '../src/gateway/mcp/protocol/arguments.ts';
import { defineTool } from '../src/gateway/mcp/protocol/tool.ts';
import { analysisAnswer } from '../src/presentation/analysis-answer.ts';
import { Detail } from '../src/presentation/analysis-summary.ts';
import { analysisHeadline } from '../src/presentation/analysis-text.ts';
import { moreLine } from '../src/presentation/more-line.ts';
import { nextSteps } from '../src/presentation/next-steps.ts';

export const getAnalysis = defineTool({
  name: 'get_analysis',
  title: 'Read stored analyses',
  description:
    'One stored analysis by id, as analyze_image answers it, or without an id the recent ones, newest first.',
  permission: 'analysis:read',
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  readOnlyMode: 'same',
  input: z.strictObject({
    analysis_id: AnalysisId.optional(),
    detail: Detail.default('summary'),
    limit: Limit(50, 10),
    cursor: Cursor.optional(),
  }),
  output: z.looseObject({
    recent: z
      .array(z.strictObject({ analysis_id: z.string(), timestamp: z.string(), headline: z.string() }))
      .optional(),
    total: z.int().optional(),
    next_cursor: NextCursor.optional(),
    unreadable: Unreadable,
  }),
  aliases: { id: 'analysis_id' },
  async run(args, call) {
    if (args.analysis_id !== undefined) {
      const analysis = await call.services.analyses.get(call, args.analysis_id);
      const { text, structured } = analysisAnswer(analysis, args.detail, nextSteps(analysis, true));
      return { text, structured: { ...structured } };
    }
    const { analyses } = call.services;
    const { limit, cursor } = args;
    const page = await analyses.list(call, { limit, ...defined({ cursor }) });
    const total = await analyses.count(call);
    const recent = page.items.map((item) => ({
      analysis_id: item.analysis_id,
      timestamp: item.timestamp,
      headline: analysisHeadline(item),
    }));
    const lines = recent.map((one) => `- ${one.analysis_id} · ${one.timestamp} · ${one.headline}`);
    return {
      text: [
        `Stored analyses: ${total}, ${recent.length} shown.`,
        ...lines,
        ...leftOutLine(page.unreadable),
        ...moreLine(page.nextCursor),
      ].join('\n'),
      structured: { recent, total, next_cursor: page.nextCursor, ...defined({ unreadable: page.unreadable }) },
    };
  },
});
