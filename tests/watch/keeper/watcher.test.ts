import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '../../../src/errors.ts';
import { parseSentence } from '../../../src/language/grammar/parse.ts';
import { localCall } from '../../support/caller.ts';
import { openRig, type Rig } from '../rig.ts';

vi.setConfig({ testTimeout: 180_000 });

let rig: Rig;
beforeEach(() => {
  rig = openRig();
});
afterEach(() => rig.close());

const RULE = 'Keep mugs at least 15 cm from laptops';
const NEAR = { mug: 230 };
const FAR = { mug: 40 };

async function watched(settings: Parameters<Rig['camera']>[0] = {}) {
  const read = parseSentence(RULE);
  if (!read.ok) throw new Error(read.reason);
  await rig.rules.create(localCall, read.draft);
  const kept = await rig.camera({ calibration_id: await rig.calibrated(), ...settings });
  return { kept, watcher: rig.newWatcher(kept) };
}

describe('a rule before a camera', () => {
  it('is told once when it breaks and once when it holds again, with a picture and the move', async () => {
    const { watcher } = await watched();
    rig.scene.desk = FAR;
    await rig.look(watcher, 6);
    expect(rig.kinds()).not.toContain('rule_broken');
    rig.scene.desk = NEAR;
    await rig.look(watcher, 20);
    const [broken] = rig.events().filter(({ kind }) => kind === 'rule_broken');
    expect(rig.kinds().filter((kind) => kind === 'rule_broken')).toHaveLength(1);
    const analysis = await rig.service
      .status(localCall, 'desk')
      .then(() => rig.records.analyses.get(broken!.analysis_id!));
    expect(analysis?.analysis.rules.some(({ verdict }) => verdict === 'violated')).toBe(true);
    const told = rig.told.find((one) => one.type === 'camera_event' && one.event.kind === 'rule_broken');
    expect(told).toMatchObject({
      move: expect.stringContaining('Move mug'),
      priority: expect.any(Number),
      id: broken!.event_id,
    });
    rig.scene.desk = FAR;
    await rig.look(watcher, 20);
    expect(rig.kinds().filter((kind) => kind.startsWith('rule_'))).toEqual(['rule_broken', 'rule_mended']);
    const { rules } = await rig.service.timeline(localCall, 'desk', {});
    expect(rules).toMatchObject([{ broken: 1, rule: expect.any(String) }]);
    expect(rules[0]!.broken_s).toBeGreaterThan(150);
    expect(rules[0]!.broken_s).toBeLessThan(260);
    const { cells, total_s } = await rig.service.heat(localCall, 'desk', {});
    expect(total_s).toBeGreaterThan(300);
    expect(cells.length).toBeGreaterThanOrEqual(2);
  });

  it('costs no model while nothing changes, and light is no change', async () => {
    const { watcher } = await watched();
    rig.scene.desk = FAR;
    await rig.look(watcher, 10);
    const before = rig.seen.calls;
    for (const brightness of [0.95, 0.9, 0.85, 0.9, 1]) {
      rig.scene.desk = { ...FAR, brightness };
      await rig.look(watcher, 3);
    }
    expect(rig.seen.calls - before).toBeLessThanOrEqual(1);
    const { today } = await rig.service.status(localCall, 'desk');
    // What is not news is written once a minute.
    expect(today.pictures).toBeGreaterThan(18);
    expect(today).toMatchObject({ failed: 0, unusable: 0 });
    expect(today.analysed + today.unchanged).toBe(today.pictures);
    // A mug that comes is seen at once.
    rig.scene.desk = NEAR;
    const then = rig.seen.calls;
    await rig.look(watcher);
    expect(rig.seen.calls).toBe(then + 1);
  });

  it('is uncertain while the camera stands elsewhere, and not when it is back', async () => {
    const { watcher } = await watched();
    rig.scene.desk = FAR;
    await rig.look(watcher, 6);
    rig.scene.desk = { ...NEAR, shift: 40 };
    await rig.look(watcher, 20);
    expect(rig.kinds()).toContain('camera_moved');
    expect(rig.kinds()).not.toContain('rule_broken');
    const moved = await rig.service.status(localCall, 'desk');
    expect(moved).toMatchObject({ state: 'moved', calibration: 'moved', broken: [] });
    rig.scene.desk = NEAR;
    await rig.look(watcher, 20);
    expect(rig.kinds()).toContain('rule_broken');
    expect(await rig.service.status(localCall, 'desk')).toMatchObject({ state: 'watching', calibration: 'holds' });
  });

  it('goes on after the calibration of a moved camera was confirmed', async () => {
    const { watcher } = await watched();
    rig.scene.desk = FAR;
    await rig.look(watcher, 6);
    rig.scene.desk = { ...FAR, shift: 4 };
    await rig.look(watcher, 10);
    expect(await rig.service.status(localCall, 'desk')).toMatchObject({ state: 'moved' });
    await rig.service.confirm(localCall, 'desk');
    const again = rig.newWatcher((await rig.store.named('local', 'desk'))!);
    await rig.look(again, 6);
    expect(await rig.service.status(localCall, 'desk')).toMatchObject({ state: 'watching', calibration: 'holds' });
  });
});

describe('a camera that is off', () => {
  it('is told once, with the reason, and once when it is back; it is asked less and less often', async () => {
    const { watcher } = await watched();
    rig.scene.desk = FAR;
    await rig.look(watcher, 3);
    rig.scene.error = new AppError('CAMERA_002', { message: 'Nothing listens at the address of the camera.' });
    const pauses = [];
    for (let n = 0; n < 14; n += 1) {
      pauses.push((await watcher.look(AbortSignal.timeout(60_000))).pauseMs);
      rig.pass(10);
    }
    expect(pauses.slice(0, 3)).toEqual([0, 10_000, 30_000]);
    expect(Math.max(...pauses)).toBe(300_000);
    expect(rig.events().filter(({ kind }) => kind === 'camera_lost')).toHaveLength(1);
    expect(await rig.service.status(localCall, 'desk')).toMatchObject({
      state: 'in_trouble',
      trouble: 'Nothing listens at the address of the camera.',
    });
    rig.scene.error = null;
    await rig.look(watcher, 3);
    expect(rig.kinds().filter((kind) => kind.startsWith('camera_'))).toEqual(['camera_lost', 'camera_back']);
    expect(await rig.service.status(localCall, 'desk')).toMatchObject({ state: 'watching', trouble: null });
  });

  it('and so is one whose view is covered, or whose folder gets no new picture', async () => {
    const { watcher } = await watched();
    rig.scene.desk = FAR;
    await rig.look(watcher, 3);
    rig.scene.desk = { ...FAR, brightness: 0.02 };
    await rig.look(watcher, 10);
    expect(rig.kinds()).toContain('camera_lost');
    expect(rig.kinds()).not.toContain('object_left');
    rig.scene.desk = FAR;
    await rig.look(watcher, 2);
    rig.scene.desk = null;
    await rig.look(watcher, 20);
    // Nothing failed: there was nothing to look at.
    expect(await rig.service.status(localCall, 'desk')).toMatchObject({
      trouble: 'no new picture comes',
      today: { failed: 0 },
    });
  });
});

describe('a process that dies', () => {
  it('between state and message: each event is told with the id it had, and stored once', async () => {
    const { kept, watcher } = await watched();
    rig.scene.desk = FAR;
    await rig.look(watcher, 6);
    rig.scene.desk = NEAR;
    rig.door.fails = true;
    for (let n = 0; n < 8; n += 1) {
      await watcher.look(AbortSignal.timeout(60_000)).catch(() => undefined);
      rig.pass(10);
    }
    expect(rig.told).toEqual([]);
    rig.door.fails = false;
    const next = rig.newWatcher(kept);
    await rig.look(next, 6);
    const ids = rig.events().map(({ event_id }) => event_id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(rig.kinds().filter((kind) => kind === 'rule_broken')).toHaveLength(1);
    const stored = await rig.service.events(localCall, 'desk', { limit: 500 });
    expect(stored.map(({ event_id }) => event_id).toSorted()).toEqual([...new Set(ids)].toSorted());
  });

  it('and one that goes on beside another does not tell what the other told', async () => {
    const { kept, watcher } = await watched();
    rig.scene.desk = FAR;
    await rig.look(watcher, 6);
    const other = rig.newWatcher(kept);
    rig.scene.desk = NEAR;
    for (let n = 0; n < 12; n += 1) {
      await Promise.allSettled([watcher.look(AbortSignal.timeout(60_000)), other.look(AbortSignal.timeout(60_000))]);
      rig.pass(10);
    }
    const ids = rig.events().map(({ event_id }) => event_id);
    expect(rig.kinds().filter((kind) => kind === 'rule_broken')).toHaveLength(1);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('what nobody saw', () => {
  it('because nothing could be stored is told as a camera that was lost and is back, and is not counted', async () => {
    const { watcher } = await watched();
    rig.scene.desk = NEAR;
    await rig.look(watcher, 6);
    expect(rig.kinds()).toEqual(['rule_broken']);
    const write = vi.spyOn(rig.watch.memories, 'write').mockRejectedValue(new AppError('STORAGE_003'));
    for (let n = 0; n < 18; n += 1) {
      await watcher.look(AbortSignal.timeout(60_000)).catch(() => undefined);
      rig.pass(10);
    }
    expect(write).toHaveBeenCalled();
    write.mockRestore();
    // A folder may have no new picture just then.
    rig.scene.desk = null;
    await rig.look(watcher);
    rig.scene.desk = FAR;
    await rig.look(watcher, 6);
    expect(rig.kinds().filter((kind) => !kind.startsWith('object_'))).toEqual([
      'rule_broken',
      'camera_lost',
      'camera_back',
      'rule_mended',
    ]);
    const lost = rig.events().find(({ kind }) => kind === 'camera_lost')!;
    expect(lost.evidence.reason).toContain('could not be stored');
    const { rules } = await rig.service.timeline(localCall, 'desk', {});
    expect(rules[0]!.broken_s).toBeLessThan(120);
    expect(rules[0]!.unseen_s).toBeGreaterThan(120);
  });

  it('is a minute too, where a picture comes every second', async () => {
    const { watcher } = await watched({ interval_s: 1, hold_s: 30 });
    rig.scene.desk = NEAR;
    await rig.look(watcher, 2);
    rig.pass(55);
    await rig.look(watcher, 2);
    const { pending, broken } = await rig.service.status(localCall, 'desk');
    expect([broken, pending[0]!.seen_s]).toEqual([[], expect.any(Number)]);
    expect(pending[0]!.seen_s).toBeLessThan(10);
    expect((await rig.service.heat(localCall, 'desk', {})).total_s).toBeLessThan(10);
  });
});

describe('hours, days and pictures', () => {
  it('outside its hours nobody looks', async () => {
    const { watcher } = await watched({ active_hours: { from: '18:00', to: '20:00' } });
    await rig.look(watcher, 3);
    expect(rig.seen.calls).toBe(0);
    expect(await rig.service.status(localCall, 'desk')).toMatchObject({ state: 'resting' });
  });

  it('a day ends with a summary, once', async () => {
    const { watcher } = await watched({ summary_at: '09:05' });
    rig.scene.desk = FAR;
    await rig.look(watcher, 60);
    const summaries = rig.told.filter(({ type }) => type === 'camera_summary');
    expect(summaries).toMatchObject([{ summary: { day: '2026-11-28', camera: 'desk', rules: [] } }]);
  });

  it('what is kept has its privacy zones black, and is a time lapse', async () => {
    const zone = [
      [0, 0],
      [0.5, 0],
      [0.5, 1],
      [0, 1],
    ] as [number, number][];
    const { watcher } = await watched({ privacy_zones: [zone], picture_every_s: 20 });
    rig.scene.desk = FAR;
    await rig.look(watcher, 6);
    const { default: sharp } = await import('sharp');
    const { readAll } = await import('../../../src/ports/byte-stream.ts');
    const { stream } = await rig.service.snapshot(localCall, 'desk');
    const picture = await readAll(stream, 30_000_000, {});
    const part = async (left: number) =>
      (await sharp(await sharp(picture).extract({ left, top: 0, width: 300, height: 480 }).png().toBuffer()).stats())
        .channels;
    expect(Math.max(...(await part(0)).map(({ max }) => max))).toBeLessThan(12);
    expect((await part(330))[0]!.mean).toBeGreaterThan(40);
    const { bytes, pictures } = await rig.service.timeLapse(localCall, 'desk', { format: 'zip' });
    expect(pictures).toBe(3);
    expect(bytes.subarray(0, 4).toString('latin1')).toBe('PK\x03\x04');
  });
});

describe('what is no picture of now', () => {
  it('of yesterday breaks nothing, and is told as a camera that is off', async () => {
    const { watcher } = await watched({ hold_s: 0 });
    rig.scene.desk = NEAR;
    rig.scene.takenAt = new Date(rig.now().getTime() - 86_400_000);
    await rig.look(watcher, 10);
    expect(rig.kinds()).toEqual(['camera_lost']);
    expect(await rig.service.status(localCall, 'desk')).toMatchObject({
      state: 'in_trouble',
      trouble: 'no new picture comes',
      last_picture_at: null,
    });
  });

  it('of tomorrow is of now', async () => {
    const { watcher } = await watched();
    rig.scene.desk = NEAR;
    rig.scene.takenAt = new Date(rig.now().getTime() + 86_400_000);
    await rig.look(watcher, 10);
    const [broken] = rig.events().filter(({ kind }) => kind === 'rule_broken');
    expect(Date.parse(broken!.since)).toBeLessThanOrEqual(rig.now().getTime());
  });

  it('a clock that is set back makes no camera blind', async () => {
    const { kept, watcher } = await watched();
    rig.scene.desk = FAR;
    await rig.look(watcher, 6);
    for (const who of [watcher, rig.newWatcher(kept)]) {
      rig.pass(-6 * 3600);
      rig.told.length = 0;
      rig.scene.desk = NEAR;
      await rig.look(who, 8);
      const { last_picture_at, today, state } = await rig.service.status(localCall, 'desk');
      expect(Date.parse(last_picture_at!)).toBeLessThanOrEqual(rig.now().getTime());
      expect(rig.now().getTime() - Date.parse(last_picture_at!)).toBeLessThan(120_000);
      expect(state).toBe('watching');
      expect(today.pictures).toBeGreaterThan(0);
      const [broken] = rig.events().filter(({ kind }) => kind === 'rule_broken');
      expect(Date.parse(broken!.since)).toBeLessThanOrEqual(rig.now().getTime());
      rig.scene.desk = FAR;
      await rig.look(who, 12);
      expect(rig.kinds()).toContain('rule_mended');
    }
    rig.pass(-3600);
    rig.scene.error = new AppError('CAMERA_002');
    await rig.look(watcher, 20).catch(() => undefined);
    await rig.look(rig.newWatcher(kept), 20);
    expect(rig.kinds()).toContain('camera_lost');
  });

  it('pictures that come with older times than before count again after three', async () => {
    const { watcher } = await watched();
    rig.scene.desk = FAR;
    await rig.look(watcher, 3);
    rig.scene.desk = NEAR;
    for (let n = 0; n < 12; n += 1) {
      rig.scene.takenAt = new Date(rig.now().getTime() - 45_000);
      await rig.look(watcher);
    }
    expect(rig.kinds()).toContain('rule_broken');
  });

  it('the very same bytes for ten minutes are a camera that froze', async () => {
    const { watcher } = await watched({ interval_s: 70 });
    rig.scene.desk = FAR;
    await rig.look(watcher, 12);
    expect(rig.kinds()).not.toContain('camera_lost');
    rig.sensor.isFrozen = true;
    await rig.look(watcher, 20);
    expect(rig.events().find(({ kind }) => kind === 'camera_lost')?.evidence.reason).toContain('frozen');
    rig.sensor.isFrozen = false;
    await rig.look(watcher, 2);
    expect(rig.kinds().at(-1)).toBe('camera_back');
  });

  it('a model that cannot run is said, and nothing is claimed', async () => {
    const { watcher } = await watched();
    rig.scene.desk = FAR;
    rig.seen.error = new AppError('ANALYSIS_001');
    await rig.look(watcher, 8);
    const status = await rig.service.status(localCall, 'desk');
    expect(status).toMatchObject({ state: 'in_trouble', last_picture_at: null });
    expect(status.trouble).toContain(new AppError('ANALYSIS_001').message);
    rig.seen.error = null;
    rig.pass(300);
    await rig.look(watcher, 2);
    expect((await rig.service.status(localCall, 'desk')).state).toBe('watching');
  });
});

it('what is violated and not told yet is shown, with how long it has to last', async () => {
  const { watcher } = await watched({ hold_s: 60 });
  rig.scene.desk = NEAR;
  await rig.look(watcher, 4);
  const { pending, broken } = await rig.service.status(localCall, 'desk');
  expect(broken).toEqual([]);
  expect(pending).toMatchObject([{ rule: 'Laptop Safety Distance', objects: ['mug-1', 'laptop-1'], told_after_s: 60 }]);
  expect(pending[0]!.seen_s).toBeGreaterThanOrEqual(20);
});

it('is not "watching" while nobody looks', async () => {
  const { watcher } = await watched();
  const seen = () => rig.service.status(localCall, 'desk');
  expect(await seen()).toMatchObject({ state: 'waiting', trouble: null });
  rig.pass(600);
  expect(await seen()).toMatchObject({ state: 'in_trouble', trouble: expect.stringContaining('h200-mug serve') });
  rig.scene.desk = FAR;
  await rig.look(watcher, 3);
  expect(await seen()).toMatchObject({ state: 'watching', trouble: null });
  rig.pass(600);
  expect(await seen()).toMatchObject({ state: 'in_trouble', trouble: expect.stringContaining('h200-mug serve') });
  await rig.look(watcher);
  expect(await seen()).toMatchObject({ state: 'watching', trouble: null });
  await rig.service.update(localCall, 'desk', { enabled: false });
  rig.pass(600);
  expect(await seen()).toMatchObject({ state: 'off', trouble: null });
});

it('is not told to be unwatched in the first minutes of its hours', async () => {
  const active_hours = { from: '18:00', to: '20:00' };
  await watched({ time_zone: 'UTC', active_hours });
  const seen = async () => (await rig.service.status(localCall, 'desk')).state;
  rig.pass(6 * 3600);
  expect(await seen()).toBe('resting');
  rig.pass(3 * 3600 + 60);
  expect(await seen()).toBe('waiting');
  rig.pass(600);
  expect(await seen()).toBe('in_trouble');
});

it('two rules of one name are told apart', async () => {
  for (const text of ['Keep mugs at least 15 cm from laptops', 'Keep mugs at least 14 cm from laptops']) {
    const read = parseSentence(text);
    if (!read.ok) throw new Error(read.reason);
    await rig.rules.create(localCall, read.draft);
  }
  const kept = await rig.camera({ calibration_id: await rig.calibrated() });
  const watcher = rig.newWatcher(kept);
  rig.scene.desk = NEAR;
  await rig.look(watcher, 20);
  const named = rig.told.flatMap((one) => (one.type === 'camera_event' && one.rule !== null ? [one.rule] : []));
  expect(new Set(named).size).toBe(2);
  expect(named.join()).toContain('140 mm');
  expect(named.join()).toContain('150 mm');
});

it('a camera is given rules that are there, and a folder by its whole path', async () => {
  await expect(rig.camera({ rule_ids: ['rule_nix'] })).rejects.toMatchObject({ code: 'RULES_001' });
  const source = { kind: 'folder', address: './pictures' } as const;
  await expect(rig.camera({ source })).rejects.toMatchObject({ code: 'VALIDATION_002' });
});
