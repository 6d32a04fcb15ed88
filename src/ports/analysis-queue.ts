import type { AnalyzeRequest } from '../contract/analyze-request.ts';
import type { Page, PageRequest } from '../contract/page.ts';
import type { Principal } from '../contract/principal.ts';
import type { DeadAnalysis, QueueStatus } from '../contract/queue.ts';

/** What was asked, by whom. */
export interface DeadRequest {
  readonly principal: Principal;
  readonly request: AnalyzeRequest;
}

/** What is known of the queue without asking it. */
export interface QueueGlance {
  /** `connecting`: for the first seconds. */
  readonly state: 'connecting' | 'connected' | 'unreachable';
  /** Those of this version that take analyses; null: not known now. */
  readonly workers: number | null;
  /** Analyses that no worker has taken yet; null: not known now. */
  readonly waiting: number | null;
}

/** Analyses that workers on other machines take. Calls throw QUEUE_001 where it cannot be reached. */
export interface AnalysisQueue {
  /** Whether this process computes itself what the queue cannot take. */
  readonly fallback: boolean;
  /** As of a few seconds ago at most. */
  glance(): QueueGlance;
  /** Never throws: what is not known is null. */
  status(): Promise<QueueStatus>;
  /** Newest first. */
  dead(page: PageRequest): Promise<Page<DeadAnalysis>>;
  /** What it asked for, for one who will ask again; null: there is none, its photo is not kept, or somebody else replays it now. */
  takeDead(id: string): Promise<DeadRequest | null>;
  /** It was done now, or is not wanted any more: false where there was none. */
  forgetDead(id: string): Promise<boolean>;
  /** It failed again: others may try. */
  keepDead(id: string): Promise<void>;
}
