import type { Bus } from '../analysis/ports.ts';
import type { AnalysisService } from '../analysis/service.ts';
import type { Config } from '../config.ts';
import type { RuleBook } from '../rules/rule-book.ts';
import type { Log } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { ModelReport } from '../vision/report.ts';

/** Everything that a protocol, tool, resource or prompt may call. */
export interface Services {
  readonly config: Config;
  readonly version: string;
  readonly analyses: AnalysisService;
  readonly rules: RuleBook;
  /** Installed models with state, provider and card. */
  models(): ModelReport[];
  /** Starts loading the model in the background. */
  warm(): void;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly bus: Bus;
}
