import { describe, expect, it } from 'vitest';
import { inTime } from '../../src/analysis/in-time.ts';
import { refusal } from '../image/test-images.ts';
import { localCall } from '../support/caller.ts';
import { openJourney, plainPhoto } from '../support/journey.ts';

const forever = () => new Promise<never>(() => {});

describe('what never ends', () => {
  it('is answered when the time is up', async () => {
    expect((await refusal(inTime(localCall, 30, forever))).code).toBe('ANALYSIS_003');
  });

  it('is answered when the caller cancels', async () => {
    const context = { ...localCall, signal: AbortSignal.timeout(30) };
    expect((await refusal(inTime(context, 60_000, forever))).code).toBe('ANALYSIS_006');
    expect((await refusal(inTime(context, 60_000, forever))).code).toBe('ANALYSIS_006');
  });

  it.each(['intake', 'withoutMetadata', 'blobs'] as const)('does not hold an analysis: %s', async (part) => {
    const journey = openJourney({ timeoutMs: 200, stuck: part });
    const bytes = await plainPhoto();
    const begun = performance.now();
    expect((await refusal(journey.service.analyze(localCall, { bytes }))).code).toBe('ANALYSIS_003');
    expect(performance.now() - begun).toBeLessThan(1500);
    expect((await journey.metrics.snapshot()).analyses).toEqual({ success: 0, error: 0, timeout: 1 });
    await journey.close();
  });
});

it('what ends in time gives its own result or error', async () => {
  expect(await inTime(localCall, 1000, async () => 5)).toBe(5);
  await expect(inTime(localCall, 1000, () => Promise.reject(new Error('own')))).rejects.toThrow('own');
});
