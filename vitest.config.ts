import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    globalSetup: ['tests/global-setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: 'forks',
    // .ci/run counts the tests from this file.
    ...(process.env.H200_TEST_REPORT && {
      reporters: ['default', ['json', { outputFile: process.env.H200_TEST_REPORT }]],
    }),
    maxWorkers: 2,
    coverage: {
      provider: 'v8',
      include: ['src/**', 'tools/**', 'resources/**', 'prompts/**'],
      reporter: ['text-summary', 'json-summary'],
      thresholds: { lines: 85 },
    },
  },
});
