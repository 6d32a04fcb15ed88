import type { CameraSource } from '../../contract/camera.ts';
import { AppError } from '../../errors.ts';
import type { CameraSources, OpenCamera } from '../../ports/camera-source.ts';
import { hostAdvice } from './host-advice.ts';
import { CameraHosts } from './hosts.ts';

export interface CameraSourcesOptions {
  readonly allowedRoots: readonly string[];
  /** Hosts, ranges and devices of the operator's own. */
  readonly hosts: readonly string[];
  readonly logins: () => string | undefined;
  readonly ffmpeg: string;
  /** Of one picture. */
  readonly timeoutMs: number;
}

/** Every kind of source; what one needs is loaded with the first camera of its kind. */
export function createCameraSources({ hosts: listed, ...options }: CameraSourcesOptions): CameraSources {
  const hosts = new CameraHosts(listed);
  const common = { ...options, hosts };

  async function open({ kind, address }: CameraSource): Promise<OpenCamera> {
    switch (kind) {
      case 'folder':
        return (await import('./folder.ts')).folderCamera(address, options);
      case 'snapshot':
      case 'mjpeg':
        return (await import('./web.ts')).webCamera(address, kind, common);
      case 'rtsp':
        return (await import('./rtsp.ts')).rtspCamera(address, common);
      case 'usb':
        return (await import('./usb.ts')).usbCamera(address, common);
    }
  }

  return {
    open,
    async check({ kind, address }) {
      if (kind === 'folder') await (await import('./folder.ts')).checkFolder(address, options.allowedRoots);
      else if (kind === 'usb') (await import('./usb.ts')).checkDevice(address, hosts);
      else if (kind === 'rtsp') {
        const { checkRtsp, demandListed } = await import('./rtsp.ts');
        demandListed(checkRtsp(address), hosts);
      } else {
        const guard = (await import('./web.ts')).guardOf(address, common);
        try {
          guard.check(address);
        } catch (thrown) {
          throw thrown instanceof AppError ? hostAdvice(thrown) : thrown;
        } finally {
          await guard.close();
        }
      }
    },
  };
}
