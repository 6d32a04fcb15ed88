import { appendFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

/** Of each failure, characters. */
const MOST = 300;

/** Writes the tests that failed, and those that passed only on their second try, into a file that `.ci/run` shows last. */
export class NamedResults implements Reporter {
  private readonly file: string;

  constructor(file: string) {
    this.file = file;
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const lines = modules.flatMap((module) => [
      ...module.errors().map((error) => `FAILED ${module.relativeModuleId}: ${first(error.message)}`),
      ...[...module.children.allTests()].flatMap((test) => {
        const name = `${module.relativeModuleId} > ${test.fullName}`;
        const { state, errors = [] } = test.result();
        const why = first(errors.map(({ message }) => message).join(' | '));
        if (state === 'failed') return [`FAILED ${name}: ${why}`];
        return test.diagnostic()?.flaky ? [`passed on the second try ${name}: ${why}`] : [];
      }),
    ]);
    if (lines.length > 0) appendFileSync(this.file, `${lines.join('\n')}\n`);
  }
}

const first = (message: string) => message.replaceAll(/\s+/g, ' ').slice(0, MOST);
