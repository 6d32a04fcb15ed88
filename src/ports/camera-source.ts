import type { CameraSource } from '../contract/camera.ts';

export interface Grabbed {
  /** Of one picture: JPEG, PNG or WebP, as whoever uses them finds out. */
  readonly bytes: Buffer;
  readonly takenAt: Date;
}

/** One camera. Each call ends with its signal, or after the time that the source was opened with. */
export interface OpenCamera {
  /** The newest picture; null: none came since the last one. Throws CAMERA_002, CAMERA_004, VALIDATION_007. */
  grab(signal: AbortSignal): Promise<Grabbed | null>;
  /** Ends what it started. */
  close(): Promise<void>;
}

/** Opens nothing yet: whether the camera can be reached, the first `grab` says. */
export interface CameraSources {
  open(source: CameraSource): Promise<OpenCamera>;
  /** Throws VALIDATION_007 for a source that may not be used here, without asking anybody. */
  check(source: CameraSource): Promise<void>;
}
