import { AppError } from '../../errors.ts';
import type { OpenCamera } from '../../ports/camera-source.ts';
import { ONE_PICTURE, runFfmpeg } from './ffmpeg.ts';
import type { CameraHosts } from './hosts.ts';

export interface UsbOptions {
  readonly hosts: CameraHosts;
  readonly ffmpeg: string;
  readonly timeoutMs: number;
}

/** What reads webcams on this system. */
const READERS: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  linux: 'v4l2',
  darwin: 'avfoundation',
  win32: 'dshow',
};

/** VALIDATION_007 for a device that the operator did not name: it may show a room. */
export function checkDevice(device: string, hosts: CameraHosts): void {
  if (hosts.hasDevice(device)) return;
  throw new AppError('VALIDATION_007', {
    message: 'This webcam may not be used here.',
    advice: 'Whoever runs the server names it in H200_CAMERA_HOSTS.',
  });
}

/** One picture of a webcam of this machine. The first ones are dark: the third is taken. */
export function usbCamera(device: string, { hosts, ffmpeg, timeoutMs }: UsbOptions): OpenCamera {
  const end = new AbortController();
  return {
    async grab(signal) {
      checkDevice(device, hosts);
      const reader = READERS[process.platform];
      if (reader === undefined) throw new AppError('CAMERA_003', { message: 'Webcams cannot be read on this system.' });
      const bytes = await runFfmpeg(
        {
          program: ffmpeg,
          input: ['-f', reader, '-i', device],
          output: ['-vf', 'select=gte(n\\,2)', ...ONE_PICTURE],
          timeoutMs,
        },
        AbortSignal.any([signal, end.signal]),
      );
      return { bytes, takenAt: new Date() };
    },
    async close() {
      end.abort();
    },
  };
}
