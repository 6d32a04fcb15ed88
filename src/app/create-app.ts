import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Audit } from '../access/accounts/audit.ts';
import { createAccounts } from '../access/accounts/create-accounts.ts';
import { type KeyRing, SigningKeys } from '../access/accounts/signing-keys.ts';
import { TOKEN_S, Tokens } from '../access/accounts/tokens.ts';
import { demand, INTERNALS, mayKnow } from '../access/can.ts';
import { createAgentTasks } from '../agent-tasks/create-agent-tasks.ts';
import { createAnalysisService } from '../analysis/analysis-service.ts';
import { type Compute, createCompute } from '../analysis/away/compute.ts';
import { checkImages, type ImageCheck } from '../analysis/check-images.ts';
import type { AnalysisDeps } from '../analysis/deps.ts';
import { createCalibrationService } from '../calibrations/service.ts';
import { createComputing } from '../computing/computing.ts';
import type { Config } from '../config/config.ts';
import type { CallContext } from '../contract/call-context.ts';
import { LOCAL } from '../contract/principal.ts';
import { createBus } from '../events/bus.ts';
import { createExportService } from '../export/service.ts';
import { createFeedbackService } from '../feedback/service.ts';
import { createDeployments } from '../fleet/deployments.ts';
import { createIdempotency } from '../idempotency/idempotency.ts';
import { readGradient } from '../image/gradient.ts';
import { createImageIntake } from '../image/intake.ts';
import { MarkerThreads } from '../image/markers/marker-threads.ts';
import { createMarkerReader } from '../image/markers/read-markers.ts';
import { withoutMetadata } from '../image/metadata.ts';
import { createJobs } from '../jobs/create-jobs.ts';
import { JobCallbacks } from '../jobs/job-callbacks.ts';
import { createSentenceReader } from '../language/llm/reader.ts';
import { createNotificationService } from '../notifications/service.ts';
import type { BlobsStatus } from '../ports/blobs.ts';
import type { CardKeys } from '../ports/card-keys.ts';
import type { SharedRates } from '../ports/rates.ts';
import type { StoreCheck, StoreStatus } from '../ports/records.ts';
import { createQueueService } from '../queue/service.ts';
import { PromisedNews } from '../rulebook/promised-news.ts';
import { RuleTimes } from '../rulebook/rule-times.ts';
import { createRuleBook } from '../rulebook/service.ts';
import { startPreparation } from '../search/prepare.ts';
import { createSearchService } from '../search/search-service.ts';
import { fixedSecrets, type LiveSecrets } from '../secrets/live-secrets.ts';
import type { Services } from '../services.ts';
import { SignedLinks } from '../storage/signed-links.ts';
import { createLog, tapped } from '../telemetry/log.ts';
import { Metrics } from '../telemetry/metrics.ts';
import { SeriesRecorder } from '../telemetry/series/recorder.ts';
import { RuleVerdicts } from '../telemetry/series/rule-verdicts.ts';
import { createSeriesService } from '../telemetry/series/service.ts';
import { logToStderr } from '../telemetry/stderr.ts';
import { VERSION } from '../version.ts';
import { createEmbedder } from '../vision/embed/embedder.ts';
import { withoutFaults } from '../vision/models/report.ts';
import { createVision } from '../vision/vision.ts';
import { audited } from './audited.ts';
import { createCardKeys } from './card-keys.ts';
import { healthChecker } from './check-health.ts';
import { forgetImages } from './forget-images.ts';
import { startHousekeeping } from './housekeeping.ts';
import { inferenceServer } from './inference-server.ts';
import { keptKinds } from './kept-kinds.ts';
import { lateRouting } from './late-routing.ts';
import { createLinkedFiles } from './linked-files.ts';
import { createLive, type LogTap } from './live.ts';
import { createMeasured } from './measured.ts';
import { tellOfModel } from './model-in-use.ts';
import { countOfUsers, type OfUsers } from './of-users.ts';
import { deliverCallbacks, openCallbacks } from './open-callbacks.ts';
import { type OpenCameras, openCameras } from './open-cameras.ts';
import { openDelegations } from './open-delegations.ts';
import { openFleet } from './open-fleet.ts';
import { openGates } from './open-gates.ts';
import { type AppOutbox, type Delivery, openOutbox } from './open-outbox.ts';
import { openAnalysisQueue } from './open-queue.ts';
import { openRouting } from './open-routing.ts';
import {
  openBlobs,
  openCache,
  openClockRecord,
  openRates,
  openRecords,
  recordsName,
  storeExists,
} from './open-stores.ts';
import { openTracing } from './open-tracing.ts';
import { createPictureLinks } from './picture-links.ts';
import { startBackups } from './scheduled-backups/start-backups.ts';
import { seenParts } from './seen-parts.ts';
import { sentenceModel } from './sentence-model.ts';
import { watchStore } from './store-watch.ts';
import { tellRuleNews } from './tell-rule-news.ts';
import { tryFiles } from './try-files.ts';

export interface App {
  readonly services: Services;
  /** The journey for another server of ours, without stores. */
  readonly compute: Compute;
  /** From now on what is measured is kept over time; of a program that serves, not of one command. */
  recordSeries(): void;
  /** From now on the stored cameras are watched; of a program that serves. */
  watchCameras(): void;
  /** From now on what waits for addresses that callers named is delivered; of a program that serves. */
  deliverCallbacks(): void;
  /** From now on backups are made (H200_BACKUP_EVERY); of a program that serves. Throws VALIDATION_001. */
  startBackups(): void;
  /** What other servers count too; null: nothing. Of a program that serves; asked once. */
  shareRates(): Promise<SharedRates | null>;
  readonly signingKeys: KeyRing;
  /** For who watches one camera in the foreground. */
  readonly cameras: Pick<OpenCameras, 'watch' | 'store' | 'registry'>;
  /** What agent cards are signed with. */
  readonly cardKeys: CardKeys;
  /** For who looks after the store of all. */
  readonly examine: {
    records(limitMs: number): Promise<StoreCheck>;
    writable(): Promise<void>;
    /** What is stored and is not this machine's own. */
    ofUsers(): Promise<OfUsers>;
    status(): StoreStatus;
    images(limitMs: number): Promise<ImageCheck>;
    /** What Redis says of itself; null: none is configured. Throws CACHE_001. */
    cache(): Promise<string | null>;
    /** Puts a file, reads it and removes it. */
    files(): Promise<BlobsStatus>;
  };
  /** Of a kind, or all that is cached, here and in Redis; how many entries. */
  clearCache(kind?: string): Promise<number>;
  close(): Promise<void>;
}

/** Whose what happens to the server itself is: nobody's. */
const SYSTEM = 'system';

/** Longest wait for what housekeeping began, ms. */
const FINISH_MS = 200;
/** For what was measured since it was last written, on a busy machine too. */
const SERIES_FINISH_MS = 2000;

/** Unguessable, sortable by nothing, safe in URLs and file names. */
const newId = (prefix: string) => `${prefix}_${randomBytes(12).toString('base64url')}`;

export interface AppOptions {
  /** Of messages that wait to leave; a program that serves says `always`. */
  readonly delivery?: Delivery;
  /** Of H200_QUEUE: use: analyses are put into it; look: it can be looked at. Absent: it is not opened. */
  readonly queue?: 'use' | 'look';
  /** Analyses go where the routing says; else this process, or the queue that it uses, computes. */
  readonly routed?: boolean;
}

/** Builds every part once. The only file that knows them all. `secrets` are closed with it. */
export async function createApp(
  config: Config,
  secrets: LiveSecrets = fixedSecrets(config),
  { delivery = 'once it wrote', queue: queueUse, routed = false }: AppOptions = {},
): Promise<App> {
  let tap: LogTap = () => {};
  const log = createLog(
    config.LOG_LEVEL,
    tapped(logToStderr(), (line) => tap(line)),
  );
  const tracing = await openTracing(config);
  const metrics = new Metrics();
  let outbox = null as AppOutbox | null;
  const bus = createBus(
    (error) => log.error({ err: error }, 'event listener failed'),
    () => new Date(),
    async (event) => outbox?.accept(event),
  );
  const records = await openRecords(config, { log, metrics });
  const unheard = records.onRuleChange?.((change) => bus.relay({ type: 'rule_changed', ...change }));
  const signingKeys = new SigningKeys(
    {
      current: () => secrets.get('JWT_SECRET'),
      previous: () => secrets.get('JWT_SECRET_PREVIOUS'),
      refresh: () => secrets.refresh({ fresh: true }),
    },
    TOKEN_S * 1000,
  );
  const pictures = Promise.withResolvers<ReturnType<typeof createPictureLinks>>();
  outbox = await openOutbox(
    config,
    {
      ...{ secrets, registry: records.registry, analyses: records.analyses, metrics, log },
      ...(config.H200_PUBLIC_URL && { picture: async (...asked) => (await pictures.promise)(...asked) }),
    },
    delivery,
  );
  const alert = (part: string, message: string) =>
    void bus.emit({ type: 'system_alert', part, message, severity: 'critical', owner: SYSTEM });
  const links = new SignedLinks(() => signingKeys.keys());
  const cache = await openCache(config, { log, metrics });
  const blobs = forgetImages(await openBlobs(config, { log, metrics, alert }), cache);
  const unwatched = secrets.watch({
    changed: (name) => {
      log.info({ variable: name }, 'a secret was replaced');
      configured(name, 'secret');
    },
    failed: (name, error) =>
      log.warn({ variable: name, code: error.code }, `${error.message} The value that was read before is used on.`),
  });
  const model = sentenceModel(config, () => secrets.get('OPENAI_API_KEY'));
  const server = inferenceServer(config, () => secrets.get('H200_INFERENCE_TOKEN'));
  const vision = createVision({ config, metrics, log, server });
  const queue = queueUse ? await openAnalysisQueue(config, { detector: vision, metrics, log }) : null;
  const intake = createImageIntake({
    allowedRoots: config.H200_ALLOWED_ROOTS,
  });
  const markers = config.H200_MARKERS === 'on' ? new MarkerThreads() : null;
  const computing = createComputing({ timeoutMs: config.H200_TIMEOUT_MS, queue: config.H200_QUEUE_LIMIT }, log);
  const now = () => new Date();
  const ruleTimes = new RuleTimes();
  const verdicts = new RuleVerdicts();
  const news = outbox && new PromisedNews({ registry: records.registry, rules: records.rules, bus, now });
  const telling = news && delivery === 'always' && !config.H200_READ_ONLY ? tellRuleNews(news, log) : null;
  const rules = createRuleBook({
    records: records.rules,
    evaluations: records.evaluations,
    bus,
    ...(news && { news }),
    read: createSentenceReader(model ? { model } : {}),
    tried: true,
    times: ruleTimes,
    computing,
    now,
    newId: () => newId('rule'),
  });
  const accounts = createAccounts({
    registry: records.registry,
    tokens: new Tokens(signingKeys),
    now,
    newId,
  });
  /** Of this machine's own: nobody asked for it. */
  const configured = (target: string, what: string) =>
    void accounts
      .record({ principal: LOCAL }, 'configuration_change', target, { what })
      .catch((err: unknown) => log.error({ err, target }, 'a change of the configuration is missing in the audit log'));
  const pipeline = {
    detector: vision,
    readGradient,
    ...(markers && { readMarkers: createMarkerReader(markers) }),
    computing,
    // One thread is left to the images and rules of others.
    ...openGates(config, { images: vision.atOnce, boxes: () => computing.threads.most - 1 }, metrics),
  };
  const hasQueue = queue !== null && queueUse === 'use';
  const moving = lateRouting(hasQueue ? 'queue' : 'here');
  const common = { config, records, secrets, bus, metrics, log, now, newId };
  const fleet = await openFleet({ ...common, routing: moving.parts });
  const routing = openRouting({
    ...{ config, registry: records.registry, fleet, pipeline, intake, metrics, log, now, routed },
    queue: hasQueue ? queue.backend : null,
  });
  moving.set(routing);
  const analysisParts: AnalysisDeps = {
    ...pipeline,
    backend: routing.backend,
    intake,
    records,
    storeName: recordsName(config),
    rules,
    ruleTimes,
    verdicts,
    blobs,
    links,
    cache,
    bus,
    metrics,
    withoutMetadata,
    version: VERSION,
    timeoutMs: config.H200_TIMEOUT_MS,
    places: config.H200_QUEUE_LIMIT,
    isUser: (id) => accounts.isUser(id),
    newId,
    now,
  };
  const analyses = createAnalysisService(analysisParts);
  pictures.resolve(
    createPictureLinks({ base: config.H200_PUBLIC_URL ?? '', analyses, isUser: (id) => accounts.isActiveUser(id) }),
  );
  const calibrations = createCalibrationService({ records: records.calibrations, newId: () => newId('cal'), now });
  const feedback = createFeedbackService({ records, metrics, now });
  const callbacks = openCallbacks(config, { registry: records.registry, metrics, log, now });
  const jobs = createJobs({
    ...{ bus, newId, now, findAnalysis: analyses.get },
    callbacks: new JobCallbacks({ callbacks, registry: records.registry, log, now }),
  });
  const agentTasks = createAgentTasks({ registry: records.registry, callbacks, log, now });
  const cardKeys = createCardKeys({
    secrets: () => [secrets.get('JWT_SECRET'), secrets.get('JWT_SECRET_PREVIOUS')].filter((one) => one !== undefined),
    folder: config.H200_DATA_DIR,
    stores: !config.H200_READ_ONLY,
    log,
  });
  const { registry } = records;
  const recorder = new SeriesRecorder({ metrics, registry, log, now, verdicts, stores: !config.H200_READ_ONLY });
  const embedder = createEmbedder({ config, metrics, log });
  const exists = () => storeExists(config);
  const preparation = startPreparation({ records, exists, embedder, blobs, openStored: intake.fromBytes, bus, log });
  const prepare = () => void preparation.catchUp();
  const search = createSearchService({ records, embedder, blobs, intake, now, prepare });
  const watch = watchStore({ records, log, exists });
  metrics.observeRoom({ writable: async () => (await watch.health()).writable === null, folder: config.H200_DATA_DIR });
  const audit = new Audit(records.registry, now);
  const housekeeping = startHousekeeping({
    blobs,
    records,
    bus,
    log,
    now,
    retentionDays: config.H200_RETENTION_DAYS,
    keptKinds: keptKinds(config),
    ...(config.H200_RETENTION_AUDIT_DAYS !== undefined && {
      audit: { days: config.H200_RETENTION_AUDIT_DAYS, removeBefore: (...given) => audit.removeBefore(...given) },
    }),
    async told({ kind, count, days }) {
      metrics.removedByAge.inc({ kind }, count);
      const details = { count: String(count), older_than_days: String(days) };
      await accounts.record({ principal: { ...LOCAL, id: SYSTEM } }, 'removed_by_age', kind, details);
    },
    clock: openClockRecord(config),
    watch,
    prepareSearch: () => preparation.catchUp(),
  });
  const delegations = openDelegations({
    ...{ config, records, analyses, blobs, intake, bus, log, now, newId },
    withoutMetadata,
  });
  const cameras = openCameras({
    ...{ config, secrets, calibrations, exists, log, newId },
    analysis: analysisParts,
    mayWatch: (id) => accounts.mayUser(id, 'analysis:write'),
  });
  const live = createLive({
    bus,
    metrics,
    fleet: fleet.service,
    status: async () => ({
      store: await watch.health(),
      model: vision.report().find((one) => one.selected)?.state ?? null,
    }),
  });
  tap = live.tap;
  /** What is asked after the state of the parts. */
  const seen = {
    notifications: createNotificationService({
      outbox: outbox?.port ?? null,
      callbacks,
      renderer: outbox?.renderer ?? null,
      registry,
      now,
    }),
    queue: createQueueService({ queue: queue?.port ?? null, analyses, isUser: (id) => accounts.isActiveUser(id) }),
    fleet: fleet.service,
    models: ({ principal }: CallContext) => {
      demand(principal, 'servers:read');
      return mayKnow(principal, 'faults') ? vision.report() : vision.report().map(withoutFaults);
    },
    storeHealth: () => watch.health(),
    blobStatus: () => blobs.status(),
    cacheStatistics: ({ principal }: CallContext) => {
      demand(principal, INTERNALS.metrics);
      return cache.statistics();
    },
  };
  let rates: SharedRates | null = null;
  let backups: ReturnType<typeof startBackups> = null;
  return {
    compute: createCompute({ ...pipeline, intake }, config.H200_TIMEOUT_MS),
    signingKeys,
    cardKeys,
    cameras,
    services: {
      version: VERSION,
      capabilities: { readOnly: config.H200_READ_ONLY, languageModel: model !== undefined },
      ...audited(
        { analyses, rules, cameras: cameras.service, exports: createExportService({ analyses, rules, feedback }) },
        accounts,
        log,
      ),
      calibrations,
      feedback,
      jobs,
      agentTasks,
      idempotency: createIdempotency({ registry: records.registry, now }),
      search,
      delegations: delegations.service,
      routing: routing.service,
      deployments: createDeployments({
        registry,
        fleet: fleet.service,
        rollouts: fleet.rollouts,
        image: config.H200_SERVER_IMAGE ?? null,
        checkHealth: healthChecker(() => secrets.get('RUNPOD_API_KEY')),
        now,
      }),
      files: createLinkedFiles({
        blobs,
        analyses: records.analyses,
        isUser: (id) => accounts.isActiveUser(id),
        links,
        now,
      }),
      accounts,
      ...seen,
      ping: () => records.ping(),
      parts: seenParts(config, { ...seen, cameras: cameras.service, backups: () => backups?.seen() ?? null }, now),
      warm: () => {
        // A server that never computes needs no model.
        if (queueUse !== 'use' || queue === null || config.H200_QUEUE_FALLBACK === 'local') vision.warm();
        cache.warm();
        markers?.warm();
        delegations.resume();
        fleet.start();
        if (config.H200_READ_ONLY) return;
        // Without a model there is nothing to tell: whoever asks for an analysis hears of that.
        const told = tellOfModel({ detector: vision, registry, bus, now });
        void told.catch((err: unknown) => log.debug({ err }, 'which model is in use could not be told'));
      },
      metrics,
      measured: createMeasured(metrics),
      series: createSeriesService({
        ...{ registry, recorder, now },
        isInstalled: (model) => vision.report().some(({ name }) => name === model),
        findRule: (ctx, id) => rules.get(ctx, id).catch(() => rules.history(ctx, id)),
      }),
      log,
      bus,
      live,
    },
    recordSeries: () => recorder.start(),
    watchCameras: () => cameras.start(),
    deliverCallbacks: () => deliverCallbacks(callbacks, jobs),
    startBackups() {
      const key = () => secrets.get('H200_BACKUP_KEY');
      backups ??= startBackups({ config, metrics, key, bus, log, now });
    },
    async shareRates() {
      rates = await openRates(config, () => secrets.get('JWT_SECRET'), { log, metrics });
      return rates;
    },
    examine: {
      records: (limitMs) => records.check({ limitMs, thorough: true }),
      writable: () => records.writable(),
      ofUsers: () => countOfUsers(records),
      status: () => records.status(),
      images: (limitMs) => checkImages({ blobs, records }, limitMs),
      cache: () => cache.examine(),
      files: () => tryFiles(blobs),
    },
    clearCache: (kind) => cache.clear(kind),
    async close() {
      rates?.close();
      telling?.stop();
      backups?.stop();
      await backups?.done();
      await jobs.close();
      await queue?.close();
      agentTasks.close();
      await callbacks.close();
      await outbox?.close();
      unwatched();
      live.close();
      housekeeping.stop();
      preparation.stop();
      unheard?.();
      await Promise.race([routing.close(), sleep(FINISH_MS, undefined, { ref: false })]);
      await Promise.race([cameras.close(), sleep(FINISH_MS, undefined, { ref: false })]);
      await Promise.race([fleet.close(), sleep(FINISH_MS, undefined, { ref: false })]);
      await Promise.race([delegations.close(), sleep(FINISH_MS, undefined, { ref: false })]);
      await Promise.all([vision.close(), embedder.close(), computing.close(), markers?.close()]);
      // A batch whose records are gone takes its images along.
      await Promise.race([
        Promise.all([housekeeping.done(), preparation.done()]),
        sleep(FINISH_MS, undefined, { ref: false }),
      ]);
      await Promise.race([recorder.close(), sleep(SERIES_FINISH_MS, undefined, { ref: false })]);
      await Promise.all([records.close(), blobs.close(), cache.close()]);
      await housekeeping.done();
      metrics.close();
      await tracing.close();
      await secrets.close();
    },
  };
}
