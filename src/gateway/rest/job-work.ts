import type { AnalysisService } from '../../analysis/service.ts';
import type { AnalyzeRequest } from '../../contract/analyze-request.ts';
import type { DeployRequest } from '../../contract/deployment.ts';
import type { ExportFormat, ExportName } from '../../contract/export.ts';
import { EXPORT_PERMISSION, type ExportFilter, type ExportService } from '../../export/service.ts';
import type { DeploymentService } from '../../fleet/deployments.ts';
import { type JobWork, MAX_RESULT_CHARACTERS, resultTooLong } from '../../jobs/job-service.ts';
import { batchAnswer } from '../../presentation/batch-answer.ts';
import type { RuleBook } from '../../rulebook/types.ts';

const JSON_TYPE = 'application/json; charset=utf-8';

/** The work of a request, answered as the request itself would be. */
export const batchWork = (
  analyses: AnalysisService,
  requests: readonly AnalyzeRequest[],
  mayStore: boolean,
): JobWork => ({
  kind: 'batch',
  permission: 'analysis:write',
  total: requests.length,
  inputBytes: requests.reduce((sum, { bytes, image = '' }) => sum + (bytes?.length ?? image.length), 0),
  async run(ctx, tell) {
    const items = analyses.stream(ctx, requests);
    let next = await items.next();
    for (; !next.done; next = await items.next()) {
      const { value } = next;
      if ('analysis' in value && requests[0]?.store !== false && value.analysis.stored !== false) {
        tell(value.analysis.analysis_id);
      }
    }
    const batch = next.value;
    const stored = batch.results.filter((one) => one.stored !== false);
    return {
      contentType: JSON_TYPE,
      text: JSON.stringify(batchAnswer(batch, mayStore).structured),
      analysisIds: requests[0]?.store === false ? [] : stored.map(({ analysis_id }) => analysis_id),
    };
  },
});

export const importWork = (rules: RuleBook, document: unknown, bytes: number): JobWork => ({
  kind: 'import',
  permission: 'rules:write',
  inputBytes: Number.isFinite(bytes) ? bytes : JSON.stringify(document ?? null).length,
  run: async (ctx) => ({ contentType: JSON_TYPE, text: JSON.stringify(await rules.import(ctx, document)) }),
});

export const exportWork = (
  exports: ExportService,
  name: ExportName,
  format: ExportFormat,
  contentType: string,
  filter: ExportFilter = {},
): JobWork => ({
  kind: 'export',
  permission: EXPORT_PERMISSION[name],
  inputBytes: 0,
  async run(ctx) {
    const pieces: string[] = [];
    let characters = 0;
    for await (const piece of exports.write(ctx, name, format, filter)) {
      characters += piece.length;
      if (characters > MAX_RESULT_CHARACTERS) throw resultTooLong();
      pieces.push(piece);
    }
    return { contentType, text: pieces.join('') };
  },
});

export const deploymentWork = (deployments: DeploymentService, request: DeployRequest): JobWork => ({
  kind: 'deployment',
  permission: 'servers:deploy',
  inputBytes: 0,
  run: async (ctx) => ({ contentType: JSON_TYPE, text: JSON.stringify(await deployments.deploy(ctx, request)) }),
});
