import { expect, it } from 'vitest';
import { attempt } from '../../src/cli/check.ts';
import { AppError } from '../../src/errors.ts';

it('shows why no provider could be used, as the advice of that error promises', async () => {
  const attempts = [
    { provider: 'cuda', error: 'no device' },
    { provider: 'cpu', error: 'no memory' },
  ];
  const fail = (details: Record<string, unknown>) =>
    attempt('model', () => Promise.reject(new AppError('ANALYSIS_001', { advice: 'See below.', details })));
  expect(await fail({ attempts })).toEqual({
    name: 'model',
    state: 'failed',
    detail: expect.stringMatching(/See below\. \(not used: cuda: no device; cpu: no memory\)$/),
  });
  expect((await fail({})).detail).toMatch(/See below\.$/);
});
