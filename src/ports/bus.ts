import type { Analysis } from '../contract/analysis.ts';
import type { CameraDaySummary } from '../contract/camera-day.ts';
import type { ReceivedTrace } from '../contract/delegation-trace.ts';
import type { Job, JobKind } from '../contract/job.ts';
import type { Severity } from '../contract/notification.ts';
import type { RuleScope, RuleVersion } from '../contract/rule.ts';
import type { ServerType } from '../contract/server.ts';
import type { VerdictKind } from '../contract/verdict.ts';
import type { WatchEvent } from '../contract/watch.ts';
import type { AppError } from '../errors.ts';

/** What may be listened to. */
export const TOPICS = ['activity', 'alerts', 'metrics', 'logs'] as const;
export type Topic = (typeof TOPICS)[number];

/** How a rule came out in an analysis, and the worst finding in words. */
export interface RuleOutcome {
  readonly rule_id: string;
  readonly name: string;
  readonly priority: number;
  readonly verdict: VerdictKind;
  readonly reason: string;
}

export type ServerHappening =
  | 'created'
  | 'started'
  | 'stopped'
  | 'idle_warning'
  | 'idle_stopped'
  | 'scaled'
  | 'error'
  | 'drift'
  | 'terminated'
  /** A deployment began, moved analyses, or is over. */
  | 'rollout';

export interface RolloutNews {
  readonly deployment_id: string;
  readonly phase: string;
  readonly weights: readonly { readonly id: string; readonly weight: number }[];
}

export interface ModelVersion {
  readonly name: string;
  readonly version: string;
}

export type EventBody =
  | {
      readonly type: 'positioning_analyzed';
      readonly analysis: Analysis;
      readonly outcomes: readonly RuleOutcome[];
      /** The stored calibration that it was measured by: a camera, as far as anybody knows. */
      readonly calibration_id: string | null;
      /** Name of the camera that watches, where it is from one. */
      readonly camera?: string;
    }
  | { readonly type: 'analyses_deleted'; readonly analysis_ids: readonly string[] }
  | { readonly type: 'job_changed'; readonly job_id: string; readonly kind: JobKind; readonly state: Job['state'] }
  | { readonly type: 'mug_detected'; readonly analysis_id: string; readonly count: number }
  | {
      readonly type: 'rule_changed';
      readonly rule_id: string;
      readonly action: RuleVersion['action'];
      /** Absent where another server changed it. */
      readonly name?: string;
      /** What it says, in the spelling of the system. */
      readonly text?: string;
    }
  | ({ readonly type: 'rule_triggered'; readonly analysis_id: string } & RuleOutcome)
  | { readonly type: 'error_occurred'; readonly code: string; readonly message: string }
  | { readonly type: 'model_updated'; readonly model: ModelVersion; readonly previous: ModelVersion }
  | { readonly type: 'system_alert'; readonly part: string; readonly message: string; readonly severity: Severity }
  | {
      readonly type: 'server_event';
      readonly event: ServerHappening;
      readonly server_id: string;
      readonly server_type: ServerType;
      readonly name: string;
      readonly message: string;
      readonly severity: Severity;
      /** Of "rollout": which one, how far it is, and who computes how much now. */
      readonly deployment?: RolloutNews;
    }
  | {
      readonly type: 'camera_event';
      readonly camera_id: string;
      /** Its name. */
      readonly camera: string;
      /** Of the camera. */
      readonly time_zone?: string;
      readonly event: WatchEvent;
      /** Name of the rule that it is of. */
      readonly rule: string | null;
      /** Of that rule. */
      readonly priority: number | null;
      /** What puts it right, in words. */
      readonly move: string | null;
    }
  | {
      readonly type: 'camera_summary';
      readonly camera_id: string;
      readonly camera: string;
      readonly summary: CameraDaySummary;
    }
  /** Made, changed or removed. */
  | { readonly type: 'camera_changed'; readonly camera_id: string; readonly camera: string }
  | {
      readonly type: 'batch_completed';
      readonly batch_id: string;
      readonly successful: number;
      readonly failed: number;
    };

/** What happened, and whose it is: nobody else may hear of it, unless its scope is everyone. */
export type NewEvent = EventBody & {
  readonly owner: string;
  readonly scope?: RuleScope;
  /** Whom the question came through that it is of: whoever hands it on says so. */
  readonly delegation?: ReceivedTrace;
  /** Of an event that is told again after a crash: the same one. */
  readonly id?: string;
};

export type BusEvent = NewEvent & {
  readonly id: string;
  readonly time: string;
  readonly topic: Topic;
};

export interface Bus {
  /**
   * Listeners have heard of it when the call returns. Resolves once what must leave the house is durable, before which no
   * answer may be acknowledged: null, or why no message about it may leave. Never rejects.
   */
  emit(event: NewEvent): Promise<AppError | null>;
  /** What another server did, who has it sent: listeners here are told. */
  relay(event: NewEvent): void;
  /** Returns the function that unsubscribes. A listener's failure never reaches the emitter. */
  on(listener: (event: BusEvent) => void): () => void;
}
