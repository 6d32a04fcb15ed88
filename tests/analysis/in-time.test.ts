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

  it.each(['withoutMetadata', 'blobs'] as const)('costs an analysis its place in the store only: %s', async (part) => {
    const journey = openJourney({ timeoutMs: 1000, stuck: part });
    const { stored, warnings, positioning } = await journey.service.analyze(localCall, { bytes: await plainPhoto() });
    expect([stored, positioning !== null]).toEqual([false, true]);
    expect(warnings[0]).toMatch(/^Not stored: The photo could not be kept in time \(STORAGE_004\)/);
    expect(await journey.records.analyses.count({})).toBe(0);
    await journey.close();
  });

  it('does not hold an analysis: intake', async () => {
    const journey = openJourney({ timeoutMs: 200, stuck: 'intake' });
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
