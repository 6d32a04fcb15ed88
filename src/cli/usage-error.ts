import { oneLine } from '../plain-text.ts';

/** The command line itself cannot be meant so; `command` ("deploy") is the one whose help says how it can. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  constructor(command: string, problems: readonly string[]) {
    const lines = problems.map((problem) => `error: ${oneLine(problem)}`);
    super([...lines, `(h200-mug ${command} --help shows what is possible)`].join('\n'));
  }
}
