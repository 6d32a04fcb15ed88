import { completeAnalysisId } from '../src/gateway/mcp/protocol/complete.ts';
import { type FixedResource, json, type TemplateResource } from '../src/gateway/mcp/protocol/resource.ts';
import { analysisHeadline } from '../src/presentation/analysis-text.ts';

const RECENT = 50;
/** A stored analysis never changes, but it can be deleted, and then no copy of it is to stay for long. */
const UNTIL_DELETED = { ttlMs: 60_000, cacheScope: 'private' } as const;

export const recentAnalyses: FixedResource = {
  name: 'recent-analyses',
  title: 'Recent analyses',
  description: `The newest ${RECENT} analyses in one line each.`,
  uri: 'analyses://recent',
  mimeType: 'application/json',
  cache: { ttlMs: 0, cacheScope: 'private' },
  async read(services, ctx) {
    const page = await services.analyses.list(ctx, { limit: RECENT });
    const analyses = page.items.map((item) => ({
      analysis_id: item.analysis_id,
      timestamp: item.timestamp,
      headline: analysisHeadline(item),
      uri: `analysis://${item.analysis_id}`,
    }));
    const { unreadable } = page;
    return json({ total: await services.analyses.count(ctx), analyses, ...(unreadable && { unreadable }) });
  },
};

export const analysis: TemplateResource = {
  name: 'analysis',
  title: 'One analysis',
  description: 'The whole stored answer to one image, nothing left out.',
  template: 'analysis://{analysis_id}',
  variable: 'analysis_id',
  mimeType: 'application/json',
  cache: UNTIL_DELETED,
  complete: completeAnalysisId,
  async read(services, ctx, id) {
    return json(await services.analyses.get(ctx, id));
  },
};

export const annotatedImage: TemplateResource = {
  name: 'analysis-annotated-image',
  title: 'Annotated image',
  description: 'The photo with objects, distances, broken rules and moves drawn on it.',
  template: 'analysis://{analysis_id}/annotated-image',
  variable: 'analysis_id',
  mimeType: 'image/jpeg',
  cache: UNTIL_DELETED,
  complete: completeAnalysisId,
  async read(services, ctx, id) {
    const annotated = await services.analyses.annotatedImage(ctx, id);
    return { blob: annotated.bytes.toString('base64'), mimeType: annotated.contentType };
  },
};
