import type { Accounts } from './access/accounts/accounts.ts';
import type { AgentTasks } from './agent-tasks/service.ts';
import type { AnalysisService } from './analysis/service.ts';
import type { CalibrationService } from './calibrations/service.ts';
import type { CallContext } from './contract/call-context.ts';
import type { Part } from './contract/part.ts';
import type { DelegationService } from './delegation/service.ts';
import type { ErrorCode } from './errors.ts';
import type { ExportService } from './export/service.ts';
import type { FeedbackService } from './feedback/service.ts';
import type { DeploymentService } from './fleet/deployments.ts';
import type { FleetService } from './fleet/service.ts';
import type { Idempotency } from './idempotency/idempotency.ts';
import type { JobService } from './jobs/job-service.ts';
import type { NotificationService } from './notifications/service.ts';
import type { BlobsStatus, StoredBlob } from './ports/blobs.ts';
import type { Bus } from './ports/bus.ts';
import type { CacheStatistics } from './ports/cache.ts';
import type { Live } from './ports/live.ts';
import type { StoreStatus } from './ports/records.ts';
import type { QueueService } from './queue/service.ts';
import type { RoutingService } from './routing/service.ts';
import type { RuleBook } from './rulebook/types.ts';
import type { SearchService } from './search/service.ts';
import type { Log } from './telemetry/log.ts';
import type { Metrics, MetricsSnapshot } from './telemetry/metrics.ts';
import type { SeriesService } from './telemetry/series/service.ts';
import type { ModelReport } from './vision/models/report.ts';
import type { CameraService } from './watch/cameras/service.ts';

export interface StoreHealth extends StoreStatus {
  /** Why a write would fail now; null: it would not. */
  readonly writable: ErrorCode | null;
  /** What is wrong with the store's file; null: nothing was found. */
  readonly damage: string | null;
  /** Records that cannot be read; null: nobody has looked yet. */
  readonly unreadable: number | null;
}

/** What was counted, for those who may know. Each throws AUTH_003. */
export interface Measured {
  snapshot(ctx: CallContext): Promise<MetricsSnapshot>;
  /** As Prometheus reads it. */
  exposition(ctx: CallContext): Promise<{ readonly contentType: string; readonly text: string }>;
}

/** Files that links lead to; a link is all that is asked for. */
export interface LinkedFiles {
  /** Throws AUTH_003 for a link that is not ours or has expired, STORAGE_002 for a file that is lost. */
  open(token: string, signal: AbortSignal): Promise<StoredBlob & { readonly fileName: string }>;
}

/** Everything that a protocol, tool, resource or prompt may call. */
export interface Services {
  readonly version: string;
  readonly capabilities: {
    /** Nothing that is stored may change. */
    readonly readOnly: boolean;
    /** A language model stands behind the grammar. */
    readonly languageModel: boolean;
  };
  readonly analyses: AnalysisService;
  readonly rules: RuleBook;
  readonly calibrations: CalibrationService;
  readonly cameras: CameraService;
  readonly feedback: FeedbackService;
  readonly search: SearchService;
  readonly files: LinkedFiles;
  readonly accounts: Accounts;
  readonly notifications: NotificationService;
  readonly queue: QueueService;
  readonly delegations: DelegationService;
  readonly fleet: FleetService;
  readonly routing: RoutingService;
  readonly deployments: DeploymentService;
  readonly jobs: JobService;
  readonly agentTasks: AgentTasks;
  readonly exports: ExportService;
  readonly idempotency: Idempotency;
  /** Installed models with state, provider and card. */
  models(ctx: CallContext): ModelReport[];
  /** A round trip to the record store; throws DB_001. */
  ping(): Promise<void>;
  /** What is known of the store besides; never throws. */
  storeHealth(): Promise<StoreHealth>;
  /** How the configured parts are, as far as it is seen without trying them; throws AUTH_003. */
  parts(ctx: CallContext): Promise<readonly Part[]>;
  /** What the cache counted; throws AUTH_003. */
  cacheStatistics(ctx: CallContext): CacheStatistics;
  /** Where photos are, and whether they can be had. */
  blobStatus(): BlobsStatus;
  /** Starts loading the model in the background. */
  warm(): void;
  /** Where is counted; who wants to read asks `measured`. */
  readonly metrics: Metrics;
  readonly measured: Measured;
  readonly series: SeriesService;
  readonly log: Log;
  readonly bus: Bus;
  readonly live: Live;
}
