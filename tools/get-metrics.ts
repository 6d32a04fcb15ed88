import * as z from 'zod';
import { defineTool } from '../src/gateway/mcp/protocol/tool.ts';
import { MetricsReport, metricsReport } from '../src/presentation/metrics-report.ts';

export const getMetrics = defineTool({
  name: 'get_metrics',
  title: 'Read what was measured',
  description: 'Counts, times, memory, cache and model of this process; null: not measured.',
  permission: 'servers:read',
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  readOnlyMode: 'same',
  input: z.strictObject({}),
  output: MetricsReport,
  async run(_args, call) {
    const report = await metricsReport(call.services, call);
    const { analyses, cache, model } = report;
    const hitRate = cache.hit_rate === null ? '' : `, cache hit rate ${Math.round(cache.hit_rate * 100)} %`;
    return {
      text: [
        `Up ${report.uptime_s} s · analyses: ${analyses.success} ok, ${analyses.error} failed, ${analyses.timeout} timed out${hitRate}`,
        model === null
          ? 'No model is selected.'
          : `Model ${model.name}: ${model.state}, provider ${model.provider ?? 'not loaded'}`,
      ].join('\n'),
      structured: report,
    };
  },
});
