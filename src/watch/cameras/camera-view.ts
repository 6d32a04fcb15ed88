import * as z from 'zod';
import type { Registry } from '../../ports/registry.ts';
import type { SmallPicture } from '../look/small-picture.ts';

const KIND = 'camera_view';

const Stored = z.strictObject({
  calibration_id: z.string().nullable(),
  width: z.int().min(1).max(1000),
  height: z.int().min(1).max(1000),
  grey: z.string(),
});

export interface ReferenceView extends SmallPicture {
  /** Whose view it is. */
  readonly calibrationId: string | null;
}

/** What the camera showed when its calibration held, much smaller and with privacy zones black. */
export class ViewStore {
  private readonly registry: Registry;

  constructor(registry: Registry) {
    this.registry = registry;
  }

  async get(cameraId: string): Promise<ReferenceView | null> {
    const found = await this.registry.get(KIND, cameraId);
    const { data } = Stored.safeParse(found?.value);
    if (data === undefined) return null;
    const grey = new Uint8Array(Buffer.from(data.grey, 'base64'));
    if (grey.length !== data.width * data.height) return null;
    return { width: data.width, height: data.height, grey, calibrationId: data.calibration_id };
  }

  async put(owner: string, cameraId: string, view: ReferenceView, now: Date): Promise<void> {
    const before = await this.registry.get(KIND, cameraId);
    const { width, height, grey, calibrationId } = view;
    const value = { calibration_id: calibrationId, width, height, grey: Buffer.from(grey).toString('base64') };
    const version = (before?.version ?? 0) + 1;
    const entry = {
      id: cameraId,
      lookup: null,
      owner,
      created_at: now.toISOString(),
      expires_at: null,
      version,
      value,
    };
    if (before === null) await this.registry.add(KIND, entry);
    else await this.registry.replace(KIND, entry);
  }

  async remove(cameraId: string): Promise<void> {
    await this.registry.remove(KIND, cameraId);
  }
}
