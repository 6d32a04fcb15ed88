import * as z from 'zod';
import {
  DEPLOYMENT_OUTCOMES,
  DeploymentId,
  DeploymentPhase,
  HealthCheck,
  Judgement,
  Overlap,
  SmokeReport,
  STRATEGIES,
} from '../../contract/deployment.ts';
import { RoutingEntry } from '../../contract/routing.ts';
import { CreateServer, ServerId, ServerType } from '../../contract/server.ts';

const Time = z.iso.datetime();

/** One server that takes the place of another one. */
export const Swap = z.object({
  /** Null: there is none, it is a first server. */
  old: ServerId.nullable(),
  /** It ran when the rollout began: it runs again where that goes back. */
  oldRan: z.boolean(),
  /** Written before it is asked for; null: not yet, or the last one was not made. */
  fresh: ServerId.nullable(),
  /** Percent of all analyses that is handed over. */
  share: z.int().min(0).max(100),
  /** Percent of the share that the new one has. */
  moved: z.int().min(0).max(100),
  /** Its share is computed elsewhere, because neither runs. */
  parked: z.boolean(),
  /** It passed its checks. */
  isChecked: z.boolean(),
  /** The old one could not be had back: the new one stays. */
  stays: z.boolean(),
});
export type Swap = z.infer<typeof Swap>;

/** A rollout as it is kept. */
export const RolloutRecord = z.object({
  id: DeploymentId,
  type: ServerType,
  strategy: z.enum(STRATEGIES),
  phase: DeploymentPhase,
  /** Of the phase. */
  since: Time,
  outcome: z.enum(DEPLOYMENT_OUTCOMES).nullable(),
  created_at: Time,
  created_by: z.string(),
  client: z.string().nullable(),
  ended_at: Time.nullable(),
  create: CreateServer,
  health_check: z.string().nullable(),
  steps: z.array(z.int().min(1).max(100)),
  stepMs: z.int().min(0),
  keepMs: z.int().min(0),
  overlap: Overlap,
  swaps: z.array(Swap).min(1),
  /** The swap that is worked on. */
  at: z.int().min(0),
  /** The step that is worked on. */
  step: z.int().min(0),
  /** Who computed how much before it began. */
  base: z.array(RoutingEntry),
  /** When the analyses were last moved; null: never. */
  moved_at: Time.nullable(),
  /** No creation is tried before; null: at once. */
  retry_at: Time.nullable(),
  health: HealthCheck.nullable(),
  smoke: SmokeReport.nullable(),
  judgement: Judgement.nullable(),
  /** Why it goes back, or what could not be done. */
  failure: z.string().nullable(),
  /** By hand. */
  wish: z.enum(['promote', 'rollback']).nullable(),
  notes: z.array(z.object({ at: Time, text: z.string() })),
});
export type RolloutRecord = z.infer<typeof RolloutRecord>;

export const isDone = ({ phase }: Pick<RolloutRecord, 'phase'>): boolean => phase === 'over';

/** Servers that it works on: nobody else stops them for being idle. */
export const serversOf = ({ swaps }: RolloutRecord): string[] =>
  swaps.flatMap(({ old, fresh }) => [old, fresh]).filter((id) => id !== null);

const MOST_NOTES = 50;

export function noted(record: RolloutRecord, text: string, at: string): RolloutRecord {
  return { ...record, notes: [...record.notes, { at, text: text.slice(0, 500) }].slice(-MOST_NOTES) };
}
