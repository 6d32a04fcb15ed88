import { expect, it } from 'vitest';
import { Deadline } from '../../../src/vision/runtime/deadline.ts';
import { sleep } from '../support/started.ts';

it('says whether time was up or the caller cancelled', async () => {
  const slow = new Deadline(5, undefined);
  while (!slow.signal.aborted) await sleep(2);
  expect(slow.signal.reason).toMatchObject({ code: 'ANALYSIS_003' });
  const cancel = new AbortController();
  const cancelled = new Deadline(60_000, cancel.signal);
  cancel.abort();
  expect(cancelled.signal.reason).toMatchObject({ code: 'ANALYSIS_006' });
  cancelled.clear();
  const late = new Deadline(60_000, AbortSignal.abort());
  expect(late.signal.aborted).toBe(true);
  late.clear();
});

it('is still after it was cleared', async () => {
  const cancel = new AbortController();
  const deadline = new Deadline(20, cancel.signal);
  deadline.clear();
  cancel.abort();
  await sleep(40);
  expect(deadline.signal.aborted).toBe(false);
});
