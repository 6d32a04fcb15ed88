import type { Inference } from '../../contract/detection.ts';
import type { ModelEntry } from './manifest.ts';

/** UNLOADED → LOADING → LOADED → WARMING → READY; ERROR from any of them. */
export type ModelState = 'UNLOADED' | 'LOADING' | 'LOADED' | 'WARMING' | 'READY' | 'ERROR';

/** What is known about one model of the manifest, for people, agents and metrics. */
export interface ModelReport {
  readonly name: string;
  readonly title: string;
  readonly licence: string;
  readonly note: string | null;
  readonly installed: boolean;
  /** The model that an analysis would use now. */
  readonly selected: boolean;
  readonly state: ModelState;
  readonly error: string | null;
  readonly provider: string | null;
  /** Providers that were tried before, with the reason why they were not used. */
  readonly provider_attempts: readonly { readonly provider: string; readonly error: string }[];
  /** How it runs when a call does not say. */
  readonly default_inference: Inference;
  /** Shares of what is there that it finds that way, by class; null: not measured. */
  readonly recall: ModelEntry['recall'];
  readonly input_size: number;
  readonly threshold: number;
  readonly classes: number;
  readonly workers: number;
  readonly load_ms: number | null;
  readonly inference: { readonly count: number; readonly median_ms: number | null; readonly p95_ms: number | null };
}

/** The report for those who may not know why a part failed: that it did is left. */
export const withoutFaults = (report: ModelReport): ModelReport => ({
  ...report,
  error: report.error === null ? null : HIDDEN,
  provider_attempts: report.provider_attempts.map(({ provider }) => ({ provider, error: HIDDEN })),
});

const HIDDEN = 'the operator of this server can see why';
