/** Files of cameras begin so, and those of one camera with its id. */
export const CAMERA_PREFIX = 'camera/';

export const LONGEST_PICTURE = 32 * 2 ** 20;

export const lastKey = (cameraId: string): string => `${CAMERA_PREFIX}${cameraId}/last`;
export const cameraKey = (cameraId: string, at: Date): string => `${CAMERA_PREFIX}${cameraId}/${at.getTime()}`;

/** The camera of a file; null: it is none of a camera's. */
export const cameraOfKey = (key: string): string | null => /^camera\/([^/]+)\/[^/]+$/.exec(key)?.[1] ?? null;
