import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { LATE, withinLimit } from '../src/within-limit.ts';

const never = new AbortController().signal;

it('gives what the work gives, or what it throws', async () => {
  expect(await withinLimit(never, 60_000, async () => 7)).toBe(7);
  await expect(withinLimit(never, 60_000, async () => Promise.reject(new Error('no')))).rejects.toThrow('no');
});

it('ends work that takes too long, and tells it', async () => {
  let told: AbortSignal | undefined;
  const work = (signal: AbortSignal) => {
    told = signal;
    return new Promise<never>(() => {});
  };
  await expect(withinLimit(never, 5, work)).rejects.toBe(LATE);
  expect(told?.reason).toBe(LATE);
});

it('ends with its caller, with the same reason, before or meanwhile', async () => {
  const end = new AbortController();
  const running = withinLimit(end.signal, 60_000, (signal) => {
    return new Promise<never>((_, reject) =>
      signal.addEventListener('abort', () => reject(new Error('later than the caller'))),
    );
  });
  end.abort('enough');
  await expect(running).rejects.toBe('enough');
  let begun = false;
  await expect(
    withinLimit(end.signal, 60_000, async () => {
      begun = true;
    }),
  ).rejects.toBe('enough');
  expect(begun).toBe(false);
});

it('holds nothing of work that is done, however long it might have taken and though it still listens', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const of = async () => {
    const result = await withinLimit(never, 600_000, async (signal) => {
      const made = { text: 'a result' };
      signal.addEventListener('abort', () => made.text);
      return made;
    });
    return new WeakRef(result);
  };
  const ref = await of();
  await expect
    .poll(() => {
      collect();
      return ref.deref() === undefined;
    })
    .toBe(true);
});
