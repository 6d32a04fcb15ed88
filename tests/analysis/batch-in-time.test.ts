import { beforeEach, expect, it, vi } from 'vitest';
import { streamBatch } from '../../src/analysis/batch.ts';
import type { AnalysisDeps } from '../../src/analysis/deps.ts';
import type { Analysis } from '../../src/contract/analysis.ts';
import type { AnalyzeRequest } from '../../src/contract/analyze-request.ts';
import type { BatchItem, BatchResult } from '../../src/contract/batch.ts';
import type { CallContext } from '../../src/contract/call-context.ts';
import { LOCAL } from '../../src/contract/principal.ts';
import { AppError } from '../../src/errors.ts';

beforeEach(() => {
  vi.useRealTimers();
});

const parts = {
  timeoutMs: 30_000,
  newId: (prefix: string) => `${prefix}_1`,
  bus: { emit: async () => {} },
} as unknown as AnalysisDeps;
const requests = (...images: string[]) => images.map((image) => ({ image })) as AnalyzeRequest[];
const done = (image: string) => ({ analysis_id: `ana_${image}`, cached: false }) as Analysis;

async function all(
  analyze: (context: CallContext, request: AnalyzeRequest) => Promise<Analysis>,
  given: readonly AnalyzeRequest[],
  context: Partial<CallContext> = {},
) {
  const items: BatchItem[] = [];
  const stream = streamBatch(parts, analyze, { principal: LOCAL, ...context }, given);
  for (;;) {
    const next = await stream.next();
    if (next.done) return { items, batch: next.value as BatchResult };
    items.push(next.value);
  }
}

it('waits for a place as it was told, and tries again', async () => {
  let tries = 0;
  const { batch } = await all(async (_, { image = '' }) => {
    tries += 1;
    if (tries < 3) throw new AppError('SYSTEM_002', { retryAfterS: 1 });
    return done(image);
  }, requests('a'));
  expect([tries, batch.successful, batch.failed]).toEqual([3, 1, 0]);
});

it('tries what failed by chance a few times, and what is wrong with the photo once', async () => {
  const tries: Record<string, number> = {};
  const { batch } = await all(
    async (_, { image = '' }) => {
      tries[image] = (tries[image] ?? 0) + 1;
      if (image === 'broken') throw new AppError('VALIDATION_005');
      if (tries[image] === 1) throw new AppError('ANALYSIS_005');
      return done(image);
    },
    requests('unlucky', 'broken'),
  );
  expect(tries).toEqual({ unlucky: 2, broken: 1 });
  expect(batch.errors.map(({ filename, error }) => [filename, error.code])).toEqual([['broken', 'VALIDATION_005']]);
});

it('answers what it has done when its time is over, and says which images are left', async () => {
  const { batch, items } = await all(
    async ({ signal }, { image = '' }) => {
      if (image !== 'slow') return done(image);
      await new Promise((resolve) => signal?.addEventListener('abort', resolve));
      throw new AppError('ANALYSIS_006');
    },
    requests('a', 'slow', 'b'),
    { withinMs: 300 },
  );
  expect(batch.results.map(({ analysis_id }) => analysis_id)).toEqual(['ana_a', 'ana_b']);
  expect(batch.errors.map(({ filename, error }) => [filename, error.code])).toEqual([['slow', 'ANALYSIS_003']]);
  expect(items).toHaveLength(3);
});

it('names each image, and tells with its progress what came of each', async () => {
  const told: string[] = [];
  const { batch, items } = await all(async (_, { image = '' }) => done(image), requests('one.jpg', 'two.jpg'), {
    progress: (_done, _total, message) => told.push(message),
  });
  expect(items.map(({ index, filename }) => [index, filename])).toEqual([
    [0, 'one.jpg'],
    [1, 'two.jpg'],
  ]);
  expect(batch.filenames).toEqual(['one.jpg', 'two.jpg']);
  expect(told[1]).toBe('2 of 2 images; image 1: ana_two.jpg');
});
