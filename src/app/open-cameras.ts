import type { AnalysisDeps } from '../analysis/deps.ts';
import { createFrames } from '../analysis/frames.ts';
import type { CalibrationService } from '../calibrations/service.ts';
import type { Config } from '../config/config.ts';
import type { CallContext } from '../contract/call-context.ts';
import { LOCAL } from '../contract/principal.ts';
import { toAppError } from '../errors.ts';
import { createCameraPictures } from '../image/camera-picture.ts';
import type { CameraSources } from '../ports/camera-source.ts';
import type { StoredCalibration } from '../ports/records.ts';
import type { Registry } from '../ports/registry.ts';
import type { LiveSecrets } from '../secrets/live-secrets.ts';
import type { Log } from '../telemetry/log.ts';
import { CameraLog } from '../watch/cameras/camera-log.ts';
import { MemoryStore } from '../watch/cameras/camera-memory.ts';
import { CameraStore } from '../watch/cameras/camera-store.ts';
import { ViewStore } from '../watch/cameras/camera-view.ts';
import { createCameras } from '../watch/cameras/create-cameras.ts';
import type { CameraService } from '../watch/cameras/service.ts';
import { Keeper } from '../watch/keeper/keeper.ts';
import type { WatchParts } from '../watch/keeper/watch-parts.ts';
import { createCameraSources } from '../watch/sources/camera-sources.ts';

interface Parts {
  readonly config: Config;
  readonly secrets: Pick<LiveSecrets, 'get'>;
  readonly analysis: AnalysisDeps;
  readonly calibrations: CalibrationService;
  /** Whether this user may analyse photos now. */
  readonly mayWatch: (owner: string) => Promise<boolean>;
  readonly exists: () => boolean;
  readonly log: Log;
  readonly newId: (prefix: string) => string;
}

export interface OpenCameras {
  readonly service: CameraService;
  /** For who watches one camera in the foreground. */
  readonly watch: WatchParts;
  readonly store: CameraStore;
  readonly registry: Registry;
  /** Watches the stored cameras from now on; of a program that serves. */
  start(): void;
  close(): Promise<void>;
}

/** Whose names are known. */
const MOST_RULES = 1000;

/** Cameras that watch. Sources are loaded with the first camera that needs them. */
export function openCameras({
  config,
  secrets,
  analysis,
  calibrations,
  mayWatch,
  exists,
  log,
  newId,
}: Parts): OpenCameras {
  const { records, blobs, bus, now, rules, intake, withoutMetadata } = analysis;
  const { registry } = records;
  const ffmpeg = config.H200_FFMPEG;
  const sources: CameraSources = createCameraSources({
    allowedRoots: config.H200_ALLOWED_ROOTS,
    hosts: config.H200_CAMERA_HOSTS,
    logins: () => secrets.get('H200_CAMERA_LOGINS'),
    ffmpeg,
    timeoutMs: config.H200_CAMERA_TIMEOUT_MS,
  });
  const pictures = createCameraPictures(intake);
  const store = new CameraStore(registry);
  const memories = new MemoryStore(registry);
  const cameraLog = new CameraLog(registry);
  const views = new ViewStore(registry);
  const activeRules = async (ctx: CallContext) => (await rules.active(ctx)).rules;
  const watch: WatchParts = {
    ...{ sources, pictures, memories, views, blobs, bus, now, withoutMetadata, words: log },
    log: cameraLog,
    frames: createFrames(analysis),
    rules: activeRules,
    calibration: (ctx, id) => orNull(calibrations.get(ctx, id)),
  };
  const service = createCameras({
    ...{ store, memories, log: cameraLog, views, blobs, sources, bus, now },
    openPicture: pictures.open,
    demandCalibration: calibrations.get,
    demandRule: rules.get,
    rules: async (ctx) => (await rules.list(ctx, {}, { limit: MOST_RULES })).items,
    film: async (all, signal) => (await import('../watch/sources/film.ts')).filmOf(ffmpeg, all, signal),
    newId: () => newId('cam'),
  });
  const keeper = new Keeper({
    ...{ watch, store, registry, exists, log },
    mayWatch: async (owner) => owner === LOCAL.id || (await mayWatch(owner)),
  });
  const off = bus.on((event) => {
    if (event.type === 'camera_changed') keeper.wake();
  });
  return {
    service,
    watch,
    store,
    registry,
    start() {
      if (config.H200_CAMERAS && !config.H200_READ_ONLY) keeper.start();
    },
    async close() {
      off();
      await keeper.close();
    },
  };
}

async function orNull(found: Promise<StoredCalibration>): Promise<StoredCalibration | null> {
  try {
    return await found;
  } catch (thrown) {
    if (toAppError(thrown).code === 'CALIBRATION_002') return null;
    throw thrown;
  }
}
