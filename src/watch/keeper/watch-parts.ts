import type { Frames } from '../../analysis/frames.ts';
import type { CallContext } from '../../contract/call-context.ts';
import type { PrivacyZone } from '../../contract/camera.ts';
import type { Rule } from '../../contract/rule.ts';
import type { Image } from '../../image/image.ts';
import type { Blobs } from '../../ports/blobs.ts';
import type { Bus } from '../../ports/bus.ts';
import type { CameraSources } from '../../ports/camera-source.ts';
import type { StoredCalibration } from '../../ports/records.ts';
import type { Log } from '../../telemetry/log.ts';
import type { CameraLog } from '../cameras/camera-log.ts';
import type { MemoryStore } from '../cameras/camera-memory.ts';
import type { ViewStore } from '../cameras/camera-view.ts';

/** What is done with a picture before anybody looks at it. */
export interface PictureTools {
  open(bytes: Buffer, label: string): Promise<Image>;
  small(
    image: Image,
    size: { readonly width: number; readonly height: number },
    zones: readonly PrivacyZone[],
    signal: AbortSignal,
  ): Promise<Uint8Array>;
  blackened(image: Image, zones: readonly PrivacyZone[], signal: AbortSignal): Promise<Image>;
}

/** What watching one camera needs. */
export interface WatchParts {
  readonly sources: CameraSources;
  readonly pictures: PictureTools;
  readonly frames: Frames;
  /** The caller's enabled rules. */
  readonly rules: (ctx: CallContext) => Promise<readonly Rule[]>;
  /** Null where there is none of the caller's any more. */
  readonly calibration: (ctx: CallContext, id: string) => Promise<StoredCalibration | null>;
  readonly memories: MemoryStore;
  readonly log: CameraLog;
  readonly views: ViewStore;
  readonly blobs: Blobs;
  /** The picture as it is kept: without anything but its pixels. */
  readonly withoutMetadata: (image: Image, signal?: AbortSignal) => Promise<Buffer>;
  readonly bus: Bus;
  readonly now: () => Date;
  readonly words: Log;
}
