import { expect, it } from 'vitest';
import { CameraSettings } from '../../../src/contract/camera.ts';
import { toAppError } from '../../../src/errors.ts';
import { MOST_CAMERAS } from '../../../src/watch/cameras/camera-store.ts';
import { localCall } from '../../support/caller.ts';
import { openRig } from '../rig.ts';

const source = { kind: 'folder', address: '/tmp' } as const;
const codes = (ends: readonly PromiseSettledResult<unknown>[]) =>
  ends.map((end) => (end.status === 'fulfilled' ? 'done' : toAppError(end.reason).code));
const count = (all: readonly string[], one: string) => all.filter((code) => code === one).length;

it('cameras that are made at the same time are no more than one after the other', { timeout: 60_000 }, async () => {
  const { service } = openRig();
  const ends = await Promise.allSettled(
    Array.from({ length: MOST_CAMERAS + 30 }, (_, n) =>
      service.create(localCall, CameraSettings.parse({ name: `desk-${n}`, source })),
    ),
  );
  expect(count(codes(ends), 'done')).toBe(MOST_CAMERAS);
  expect(count(codes(ends), 'CAMERA_003')).toBe(30);
  expect(await service.count(localCall)).toBe(MOST_CAMERAS);
});

it('of many sources that are tried at once some are, and the others later', { timeout: 60_000 }, async () => {
  const { service } = openRig();
  const ends = await Promise.allSettled(Array.from({ length: 20 }, () => service.test(localCall, source)));
  expect(count(codes(ends), 'done')).toBe(6);
  expect(count(codes(ends), 'SYSTEM_002')).toBe(14);
  expect(await service.test(localCall, source)).toMatchObject({ ok: true });
});
