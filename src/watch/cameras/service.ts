import type { CallContext } from '../../contract/call-context.ts';
import type { Camera, CameraPatch, CameraSettingsInput, CameraSource } from '../../contract/camera.ts';
import type {
  CameraChanges,
  CameraHeat,
  CameraStatus,
  CameraTest,
  CameraTimeline,
  ListedCamera,
  NamedEvent,
} from '../../contract/camera-answers.ts';
import type { Page, PageRequest } from '../../contract/page.ts';
import type { StoredBlob } from '../../ports/blobs.ts';

/** From when to when; what is absent is as far as it goes. */
export interface Span {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** A time lapse as it is written. */
export interface TimeLapse {
  readonly contentType: 'application/zip' | 'video/mp4';
  readonly fileName: string;
  readonly pictures: number;
  readonly bytes: Buffer;
}

/**
 * Cameras that watch. A camera is named by its id or by its name, which is its owner's own. Refusals: AUTH_003 not allowed,
 * CAMERA_001 none of the caller's, CAMERA_003 not possible, VALIDATION_007 a source that may not be used here.
 */
export interface CameraService {
  create(ctx: CallContext, settings: CameraSettingsInput): Promise<Camera>;
  update(ctx: CallContext, camera: string, patch: CameraPatch): Promise<Camera>;
  /** With all that it has seen, but for the analyses of its events. */
  delete(ctx: CallContext, camera: string): Promise<void>;
  /** Newest first, each with how it is. */
  list(ctx: CallContext, page: PageRequest): Promise<Page<ListedCamera>>;
  count(ctx: CallContext): Promise<number>;
  get(ctx: CallContext, camera: string): Promise<Camera>;
  /** Names that begin so. */
  names(ctx: CallContext, prefix: string, limit: number): Promise<string[]>;
  status(ctx: CallContext, camera: string): Promise<CameraStatus>;
  /** Newest first; those of 31 days at most. */
  events(ctx: CallContext, camera: string, span: Span & { readonly limit: number }): Promise<NamedEvent[]>;
  /** What it sees now, and what it told of since: "this morning" and "today" are its own. VALIDATION_002 for no time. */
  changes(
    ctx: CallContext,
    asked: { readonly camera: string; readonly since?: string | undefined },
  ): Promise<CameraChanges>;
  timeline(ctx: CallContext, camera: string, span: Span): Promise<CameraTimeline>;
  heat(ctx: CallContext, camera: string, span: Span): Promise<CameraHeat>;
  /** The last picture, privacy zones black. STORAGE_002 where there is none. */
  snapshot(ctx: CallContext, camera: string): Promise<StoredBlob>;
  /** STORAGE_002 where no picture was kept; CAMERA_004 for a film without ffmpeg. */
  timeLapse(ctx: CallContext, camera: string, span: Span & { readonly format: 'zip' | 'mp4' }): Promise<TimeLapse>;
  /** The camera stands as it was calibrated: the next picture is what it is compared with. */
  confirm(ctx: CallContext, camera: string): Promise<Camera>;
  /** Asks a source for one picture, of which nothing is kept. */
  test(ctx: CallContext, source: CameraSource): Promise<CameraTest>;
}
