import sharp from 'sharp';
import { createFrames } from '../../src/analysis/frames.ts';
import { CameraSettings, type CameraSettingsInput } from '../../src/contract/camera.ts';
import type { Detection } from '../../src/contract/detection.ts';
import { createBus } from '../../src/events/bus.ts';
import { createCameraPictures } from '../../src/image/camera-picture.ts';
import type { BusEvent } from '../../src/ports/bus.ts';
import type { CameraSources, Grabbed } from '../../src/ports/camera-source.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { CameraLog } from '../../src/watch/cameras/camera-log.ts';
import { MemoryStore } from '../../src/watch/cameras/camera-memory.ts';
import { CameraStore, type KeptCamera } from '../../src/watch/cameras/camera-store.ts';
import { ViewStore } from '../../src/watch/cameras/camera-view.ts';
import { createCameras } from '../../src/watch/cameras/create-cameras.ts';
import type { WatchParts } from '../../src/watch/keeper/watch-parts.ts';
import { Watcher } from '../../src/watch/keeper/watcher.ts';
import { localCall } from '../support/caller.ts';
import { openJourney } from '../support/journey.ts';

/** A desk that a camera sees: a textured table, and where the mug stands. Pixels of 640 x 480. */
export interface Desk {
  /** Left side of the mug; null: there is none. */
  readonly mug: number | null;
  readonly brightness?: number;
  /** How far the camera was pushed. */
  readonly shift?: number;
}

const LAPTOP: Detection = { class: 'laptop', confidence: 0.95, bbox: [320, 160, 600, 340] };
export const detectionsOf = ({ mug }: Desk): Detection[] =>
  mug === null
    ? [LAPTOP]
    : [{ class: 'mug', sourceClass: 'cup', confidence: 0.9, bbox: [mug, 260, mug + 60, 330] }, LAPTOP];

let table: Promise<Buffer> | null = null;
/** Wider than the picture, so that the camera can be pushed. */
function tableTop(): Promise<Buffer> {
  table ??= (async () => {
    const [width, height] = [760, 480];
    const pixels = Buffer.alloc(width * height * 3);
    let seed = 7;
    const noise = () => {
      seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff;
      return seed / 0x7fffffff;
    };
    const spots = Array.from({ length: 260 }, () => ({
      x: noise() * width,
      y: noise() * height,
      r: 4 + noise() * 14,
      v: noise() * 160 - 80,
    }));
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) {
        let value = 130;
        for (const spot of spots) if ((x - spot.x) ** 2 + (y - spot.y) ** 2 < spot.r ** 2) value += spot.v;
        pixels.fill(Math.max(0, Math.min(255, value)), 3 * (y * width + x), 3 * (y * width + x) + 3);
      }
    }
    return sharp(pixels, { raw: { width, height, channels: 3 } })
      .png()
      .toBuffer();
  })();
  return table;
}

const drawn = new Map<string, Promise<Buffer>>();
export function pictureOf(desk: Desk): Promise<Buffer> {
  const key = JSON.stringify(desk);
  const found = drawn.get(key) ?? draw(desk);
  drawn.set(key, found);
  return found;
}

async function draw({ mug, brightness = 1, shift = 0 }: Desk): Promise<Buffer> {
  const box = (width: number, height: number, background: string) =>
    sharp({ create: { width, height, channels: 3, background } })
      .png()
      .toBuffer();
  const things = [{ input: await box(280, 180, '#202428'), left: 320 - shift + 60, top: 160 }];
  if (mug !== null) things.push({ input: await box(60, 70, '#f4f0e8'), left: mug - shift + 60, top: 260 });
  const wide = await sharp(await tableTop())
    .composite(things.map((one) => ({ ...one, left: one.left - 60 + 0 })))
    .png()
    .toBuffer();
  return sharp(wide)
    .extract({ left: shift, top: 0, width: 640, height: 480 })
    .linear(brightness, 0)
    .jpeg({ quality: 90 })
    .toBuffer();
}

/** A camera over a scripted desk, with a clock of its own, over real stores and the real journey. */
export function openRig(options: { readonly store?: Parameters<typeof openJourney>[0] } = {}) {
  const journey = openJourney({ detections: [], timeoutMs: 30_000, ...options.store });
  const { parts, records } = journey;
  let time = Date.parse('2026-11-28T09:00:00.000Z');
  const now = () => new Date(time);
  const told: BusEvent[] = [];
  /** What a durable outbox would be given; a test may have it fail. */
  const door = { fails: false };
  const bus = createBus(
    (error) => {
      throw error;
    },
    now,
    async (event) => {
      if (door.fails) throw new Error('the process is gone');
      told.push(event);
    },
  );
  const scene: { desk: Desk | null; error: Error | null; takenAt: Date | null } = {
    ...{ desk: { mug: null }, error: null },
    /** Null: now. */
    takenAt: null,
  };
  /** A sensor is noisy: no two of its pictures have the same bytes, unless it froze. */
  const sensor = { isFrozen: false, pictures: 0 };
  const sources: CameraSources = {
    async open() {
      return {
        async grab(): Promise<Grabbed | null> {
          if (scene.error !== null) throw scene.error;
          if (scene.desk === null) return null;
          journey.seen.detections = detectionsOf(scene.desk);
          if (!sensor.isFrozen) sensor.pictures += 1;
          // What follows the end of a JPEG changes nothing of the picture.
          const bytes = Buffer.concat([await pictureOf(scene.desk), Buffer.from(String(sensor.pictures))]);
          return { bytes, takenAt: scene.takenAt ?? now() };
        },
        async close() {},
      };
    },
    async check() {},
  };
  const { registry } = records;
  const pictures = createCameraPictures(parts.intake);
  const stores = { memories: new MemoryStore(registry), log: new CameraLog(registry), views: new ViewStore(registry) };
  const store = new CameraStore(registry);
  const watch: WatchParts = {
    ...{ sources, pictures, blobs: parts.blobs, bus, now, ...stores },
    withoutMetadata: parts.withoutMetadata,
    frames: createFrames({ ...parts, bus, now }),
    rules: async (ctx) => (await journey.rules.active(ctx)).rules,
    calibration: (ctx, id) => journey.calibrations.get(ctx, id),
    words: createLog('silent'),
  };
  let next = 0;
  const service = createCameras({
    ...{ store, sources, blobs: parts.blobs, bus, now, ...stores },
    openPicture: pictures.open,
    demandCalibration: journey.calibrations.get,
    demandRule: journey.rules.get,
    rules: async (ctx) => (await journey.rules.list(ctx, {}, { limit: 1000 })).items,
    film: async () => Buffer.from('film'),
    newId: () => `cam_${++next}`,
  });
  return {
    ...journey,
    journey,
    told,
    door,
    scene,
    sensor,
    watch,
    service,
    store,
    now,
    events: () => told.flatMap((one) => (one.type === 'camera_event' ? [one.event] : [])),
    kinds: () => told.flatMap((one) => (one.type === 'camera_event' ? [one.event.kind] : [])),
    pass(seconds: number) {
      time += 1000 * seconds;
    },
    async camera(settings: Partial<CameraSettingsInput> = {}): Promise<KeptCamera> {
      const made = await service.create(
        localCall,
        CameraSettings.parse({
          name: 'desk',
          source: { kind: 'folder', address: '/tmp' },
          picture_every_s: 0,
          ...settings,
        }),
      );
      return (await store.get(made.camera_id))!;
    },
    /** Looks so often, one interval apart. */
    async look(watcher: Watcher, times = 1) {
      for (let n = 0; n < times; n += 1) {
        await watcher.look(AbortSignal.timeout(60_000));
        time += 1000 * watcher.camera.interval_s;
      }
    },
    async calibrated() {
      const { calibration_id } = await journey.calibrations.create(localCall, {
        name: 'camera',
        width: 640,
        height: 480,
        calibration: { mm_per_pixel: 1.2 },
      });
      return calibration_id;
    },
    newWatcher: (kept: KeptCamera) => new Watcher(watch, kept),
  };
}

export type Rig = ReturnType<typeof openRig>;
