import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createAnalysisService } from './analysis/analysis-service.ts';
import type { Config } from './config.ts';
import { createBus } from './events/bus.ts';
import type { Services } from './gateway/services.ts';
import { createImageIntake } from './image/intake.ts';
import { withoutMetadata } from './image/metadata.ts';
import { createReferenceDesk } from './placement/reference-desk/reference-desk.ts';
import { createOpenAiSentenceModel } from './rules/llm/openai.ts';
import { createSentenceReader } from './rules/llm/reader.ts';
import { createRuleBook } from './rules/rule-book-service.ts';
import { createDiskBlobs } from './storage/disk/blobs.ts';
import { createMemoryCache } from './storage/memory/cache.ts';
import { createSqliteRecords } from './storage/sqlite/records.ts';
import { createLog } from './telemetry/log.ts';
import { Metrics } from './telemetry/metrics.ts';
import { VERSION } from './version.ts';
import { createVision } from './vision/vision.ts';

export interface App {
  readonly services: Services;
  close(): Promise<void>;
}

/** Unguessable, sortable by nothing, safe in URLs and file names. */
const newId = (prefix: string) => `${prefix}_${randomBytes(12).toString('base64url')}`;

/** The language model behind the grammar, when a key or a server for one is configured. */
function sentenceModel(config: Config) {
  const { OPENAI_API_KEY: apiKey, OPENAI_BASE_URL: baseUrl, OPENAI_MODEL: model } = config;
  if (!apiKey && !baseUrl) return {};
  return { model: createOpenAiSentenceModel({ apiKey: apiKey ?? 'none', model, ...(baseUrl && { baseUrl }) }) };
}

/** Builds every part once. The only file that knows them all. */
export function createApp(config: Config): App {
  const log = createLog(config.LOG_LEVEL);
  const metrics = new Metrics();
  const bus = createBus((error) => log.error({ err: error }, 'event listener failed'));
  const records = createSqliteRecords(join(config.H200_DATA_DIR, 'records.db'));
  const blobs = createDiskBlobs(join(config.H200_DATA_DIR, 'blobs'));
  const cache = createMemoryCache();
  const vision = createVision({ config, metrics, log });
  const intake = createImageIntake({
    allowedRoots: config.H200_ALLOWED_ROOTS,
    resolveHandle: async (id) => {
      const record = await records.analyses.get(id);
      return record?.imageKey ? ((await blobs.get(record.imageKey))?.bytes ?? null) : null;
    },
  });
  const now = () => new Date();
  const rules = createRuleBook({
    records: records.rules,
    evaluations: records.evaluations,
    bus,
    read: createSentenceReader(sentenceModel(config)),
    arrangements: createReferenceDesk(),
    now,
    newId: () => newId('rule'),
  });
  const analyses = createAnalysisService({
    intake,
    detector: vision,
    records,
    rules,
    blobs,
    cache,
    bus,
    metrics,
    withoutMetadata,
    timeoutMs: config.H200_TIMEOUT_MS,
    newId,
    now,
  });
  return {
    services: {
      config,
      version: VERSION,
      analyses,
      rules,
      models: () => vision.report(),
      warm: () => vision.warm(),
      metrics,
      log,
      bus,
    },
    async close() {
      await vision.close();
      await records.close();
      metrics.close();
    },
  };
}
