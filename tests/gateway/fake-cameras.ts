import { AppError } from '../../src/errors.ts';
import type { Bus } from '../../src/ports/bus.ts';
import type { Registry } from '../../src/ports/registry.ts';
import { createMemoryBlobs } from '../../src/storage/memory/blobs.ts';
import { CameraLog } from '../../src/watch/cameras/camera-log.ts';
import { MemoryStore } from '../../src/watch/cameras/camera-memory.ts';
import { CameraStore } from '../../src/watch/cameras/camera-store.ts';
import { ViewStore } from '../../src/watch/cameras/camera-view.ts';
import { createCameras } from '../../src/watch/cameras/create-cameras.ts';
import type { CameraService } from '../../src/watch/cameras/service.ts';

/** The real service over a registry, without a camera that gives anything. */
export function createFakeCameras(registry: Registry, bus: Bus): CameraService {
  let next = 0;
  return createCameras({
    store: new CameraStore(registry),
    memories: new MemoryStore(registry),
    log: new CameraLog(registry),
    views: new ViewStore(registry),
    blobs: createMemoryBlobs(),
    sources: {
      async open() {
        return {
          grab: async () => {
            throw new AppError('CAMERA_002');
          },
          close: async () => {},
        };
      },
      async check() {},
    },
    openPicture: async () => {
      throw new AppError('VALIDATION_005');
    },
    demandCalibration: async () => {},
    demandRule: async () => {},
    rules: async () => [],
    film: async () => {
      throw new AppError('CAMERA_004');
    },
    bus,
    now: () => new Date(),
    newId: () => `cam_${++next}`,
  });
}
