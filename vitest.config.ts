import { defineConfig } from 'vitest/config';
import { NamedResults } from './tests/named-results.ts';

const common = {
  testTimeout: 30_000,
  hookTimeout: 60_000,
  pool: 'forks',
  expect: { poll: { timeout: 10_000 } },
} as const;
const END_TO_END = 'tests/e2e/**/*.test.ts';

const report = process.env.H200_TEST_REPORT;

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      { test: { ...common, name: 'unit', include: ['tests/**/*.test.ts'], exclude: [END_TO_END] } },
      { test: { ...common, name: 'e2e', include: [END_TO_END], globalSetup: ['tests/global-setup.ts'] } },
    ],
    // .ci/run counts the tests from this file and names what failed, or passed on the second try only (two busy cores).
    ...(report && {
      retry: 1,
      reporters: ['default', ['json', { outputFile: report }], new NamedResults(`${report}.names`)],
    }),
    coverage: {
      enabled: Boolean(report),
      provider: 'v8',
      include: ['src/**', 'tools/**', 'resources/**', 'prompts/**'],
      reporter: ['text-summary', 'json-summary'],
      thresholds: { lines: 85 },
    },
  },
});
