import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { CallContext } from '../../src/contract/call-context.ts';
import { callOf, localCall } from '../support/caller.ts';
import { openJourney, plainPhoto } from '../support/journey.ts';

let journey: ReturnType<typeof openJourney>;
afterEach(() => journey.close());

/** Ten places, of which one caller may hold eight. */
async function flooded(flooder: CallContext, calls: number) {
  journey = openJourney({ places: 10 });
  const photo = await plainPhoto();
  const analyze = (ctx: CallContext) => journey.service.analyze(ctx, { bytes: photo, use_cache: false, store: false });
  let letGo = () => {};
  journey.seen.wait = new Promise<void>((done) => {
    letGo = done;
  });
  const flood = Promise.allSettled(Array.from({ length: calls }, () => analyze(flooder)));
  await expect.poll(() => journey.seen.calls).toBeGreaterThanOrEqual(Math.min(calls, 8));
  return { analyze, flood, letGo };
}

const from = (client: string): CallContext => ({ ...localCall, client });

describe('the places in the queue', () => {
  it.each([
    ['client', from('10.0.0.1'), from('10.0.0.2')],
    ['principal', callOf('ann'), callOf('bob')],
    ['principal, wherever it calls from', { ...callOf('ann'), client: 'x' }, { ...callOf('bob'), client: 'x' }],
  ])('are not all for one %s', async (_what, flooder, other) => {
    const { analyze, flood, letGo } = await flooded(flooder, 12);
    const served = analyze(other);
    letGo();
    const outcomes = await flood;
    const refused = outcomes.flatMap((one) =>
      one.status === 'rejected' ? [[one.reason.code, one.reason.retryAfterS]] : [],
    );
    expect(refused).toEqual(Array(4).fill(['RATE_001', 1]));
    expect((await served).analysis_id).toBeTruthy();
    // Its places are free again.
    expect((await analyze(flooder)).analysis_id).toBeTruthy();
  });

  it('are all for who is alone', async () => {
    const { flood, letGo } = await flooded(localCall, 12);
    letGo();
    expect((await flood).filter(({ status }) => status === 'rejected')).toEqual([]);
  });
});

describe('the allowed folders', () => {
  it.each(['outside', 'inside'])('are named in errors only to those who may know: a file %s', async (where) => {
    journey = openJourney();
    const image = where === 'inside' ? join(journey.folder, 'missing.jpg') : '/elsewhere/missing.jpg';
    const failure = (ctx: CallContext) =>
      journey.service.analyze(ctx, { image }).then(
        () => null,
        (error: { toJSON(): object }) => error.toJSON() as { code: string; details: object },
      );
    const [operator, analyst] = [await failure(callOf('ann', 'admin')), await failure(callOf('bob', 'analyst'))];
    expect(operator?.details).toMatchObject({ allowed_roots: [journey.folder] });
    expect(analyst?.code).toBe(operator?.code);
    expect(Object.keys(analyst?.details ?? {})).toEqual(['source']);
    if (where === 'outside') expect(JSON.stringify(analyst)).not.toContain(journey.folder);
    const { errors } = await journey.service.batch(callOf('bob', 'analyst'), [{ image }]);
    expect(JSON.stringify(errors)).not.toContain('allowed_roots');
  });
});
