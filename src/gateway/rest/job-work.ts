import { label } from '../../analysis/batch.ts';
import type { AnalysisService } from '../../analysis/service.ts';
import type { AnalyzeRequest } from '../../contract/analyze-request.ts';
import type { BatchItem, BatchResult } from '../../contract/batch.ts';
import type { DeployRequest } from '../../contract/deployment.ts';
import type { ExportFormat, ExportName } from '../../contract/export.ts';
import type { JobImage } from '../../contract/job.ts';
import { AppError } from '../../errors.ts';
import { EXPORT_PERMISSION, type ExportFilter, type ExportService } from '../../export/service.ts';
import type { DeploymentService } from '../../fleet/deployments.ts';
import { type JobResult, type JobWork, MAX_RESULT_CHARACTERS, resultTooLong } from '../../jobs/job-service.ts';
import { batchAnswer } from '../../presentation/batch-answer.ts';
import { partialBatch } from '../../presentation/partial-batch.ts';
import type { RuleBook } from '../../rulebook/types.ts';

const JSON_TYPE = 'application/json; charset=utf-8';

const bytesOf = (requests: readonly AnalyzeRequest[]) =>
  requests.reduce((sum, { bytes, image = '' }) => sum + (bytes?.length ?? image.length), 0);

/** The work of a request, answered as the request itself would be. */
export const batchWork = (
  analyses: AnalysisService,
  requests: readonly AnalyzeRequest[],
  mayStore: boolean,
): JobWork => ({
  kind: 'batch',
  permission: 'analysis:write',
  inputBytes: bytesOf(requests),
  images: requests.map(label),
  async run(ctx, keep) {
    const stream = analyses.stream(ctx, requests);
    const items: BatchItem[] = [];
    const kept = (text: unknown): JobResult => ({
      contentType: JSON_TYPE,
      text: JSON.stringify(text),
      analysisIds: items.flatMap((item) => storedOf(item, requests[item.index])),
    });
    let next = await stream.next();
    for (; !next.done; next = await stream.next()) {
      const { value: item } = next;
      items.push(item);
      keep(imageOf(item), kept(partialBatch(items, requests.map(label))));
    }
    const result = kept(batchAnswer(next.value, mayStore).structured);
    return next.value.successful > 0 ? result : { ...result, failure: allFailed(next.value) };
  },
});

const storedOf = (item: BatchItem, { store }: AnalyzeRequest = {}): string[] =>
  'analysis' in item && store !== false && item.analysis.stored !== false ? [item.analysis.analysis_id] : [];

const imageOf = (item: BatchItem): JobImage => ({
  index: item.index,
  filename: item.filename,
  analysis_id: 'analysis' in item ? item.analysis.analysis_id : null,
  error: 'error' in item ? item.error.code : null,
});

function allFailed({ errors: [first], total_images }: BatchResult): AppError {
  const { code, message, advice, retryAfterS } = first?.error ?? new AppError('SYSTEM_003');
  return new AppError(code, {
    message: `None of the ${total_images} images could be analysed. The first: ${message}`,
    advice,
    ...(retryAfterS !== undefined && { retryAfterS }),
  });
}

/** One photo, as often as there is no place for it. */
export const analysisWork = (analyses: AnalysisService, request: AnalyzeRequest): JobWork => ({
  kind: 'analysis',
  permission: 'analysis:write',
  inputBytes: bytesOf([request]),
  images: [label(request)],
  async run(ctx, keep) {
    const stream = analyses.stream(ctx, [request]);
    const { value: item } = (await stream.next()) as IteratorResult<BatchItem, never>;
    await stream.return(undefined as never);
    keep(imageOf(item), null);
    if ('error' in item) throw item.error;
    return { contentType: JSON_TYPE, text: JSON.stringify(item.analysis), analysisIds: storedOf(item, request) };
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
