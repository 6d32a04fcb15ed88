import { resolve } from 'node:path';
import type { CameraSource } from '../contract/camera.ts';
import { AppError } from '../errors.ts';

/** `rtsp://…`, `mjpeg:http://…`, `http://…` (one picture), `/dev/video0` or `usb:…`, else a folder. */
export function sourceOf(text: string): CameraSource {
  const [, prefix, rest] = /^(folder|snapshot|mjpeg|usb):(?!\/\/)(.+)$/i.exec(text) ?? [];
  if (prefix !== undefined && rest !== undefined)
    return {
      kind: prefix.toLowerCase() as CameraSource['kind'],
      address: prefix.toLowerCase() === 'folder' ? whole(rest) : rest,
    };
  if (/^rtsps?:\/\//i.test(text)) return { kind: 'rtsp', address: text };
  if (/^https?:\/\//i.test(text)) return { kind: 'snapshot', address: text };
  if (/^\/dev\/video\d+$/.test(text)) return { kind: 'usb', address: text };
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(text)) {
    throw new AppError('VALIDATION_002', {
      message: 'This is no source that can be watched.',
      advice: 'Give a folder, an http(s) address, mjpeg:http(s)://…, rtsp://… or /dev/video0.',
      details: { field: '--source' },
    });
  }
  return { kind: 'folder', address: whole(text) };
}

/** The server may have been started elsewhere. */
const whole = (folder: string): string => (folder.startsWith('~') ? folder : resolve(folder));
