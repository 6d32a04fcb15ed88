import type { CallContext } from '../../contract/call-context.ts';
import type { Rule } from '../../contract/rule.ts';
import type { Image } from '../../image/image.ts';
import type { Blobs } from '../../ports/blobs.ts';
import type { Bus } from '../../ports/bus.ts';
import type { CameraSources } from '../../ports/camera-source.ts';
import type { CameraLog } from './camera-log.ts';
import type { MemoryStore } from './camera-memory.ts';
import type { CameraStore } from './camera-store.ts';
import type { ViewStore } from './camera-view.ts';

/** Makes a film of JPEG pictures; throws CAMERA_004 without ffmpeg. */
export type FilmMaker = (pictures: readonly Buffer[], signal: AbortSignal | undefined) => Promise<Buffer>;

export interface CameraParts {
  readonly store: CameraStore;
  readonly memories: MemoryStore;
  readonly log: CameraLog;
  readonly views: ViewStore;
  readonly blobs: Blobs;
  readonly sources: CameraSources;
  readonly openPicture: (bytes: Buffer, label: string) => Promise<Image>;
  /** Throws CALIBRATION_002 where there is none of the caller's. */
  readonly demandCalibration: (ctx: CallContext, id: string) => Promise<unknown>;
  /** Throws RULES_001 where there is none of the caller's. */
  readonly demandRule: (ctx: CallContext, id: string) => Promise<unknown>;
  /** The caller's rules, also those that are switched off. */
  readonly rules: (ctx: CallContext) => Promise<readonly Rule[]>;
  readonly film: FilmMaker;
  readonly bus: Bus;
  readonly now: () => Date;
  readonly newId: () => string;
}
