import { oneLine } from '../plain-text.ts';

/** Names every bad variable; the values of secrets are never shown. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(`Bad configuration:\n${problems.map((p) => `  ${oneLine(p)}`).join('\n')}`);
    this.problems = problems.map(oneLine);
  }
}
