import { isIPv6 } from 'node:net';
import { AppError } from '../../errors.ts';
import { unusableHost } from '../../network/url.ts';
import type { OpenCamera } from '../../ports/camera-source.ts';
import { ONE_PICTURE, runFfmpeg } from './ffmpeg.ts';
import type { CameraHosts } from './hosts.ts';
import { loginFor } from './logins.ts';

export interface RtspOptions {
  readonly hosts: CameraHosts;
  readonly logins: () => string | undefined;
  readonly ffmpeg: string;
  readonly timeoutMs: number;
}

/** VALIDATION_007 for an address that is none. */
export function checkRtsp(address: string): URL {
  const url = URL.parse(address);
  if (url === null || !/^rtsps?:$/.test(url.protocol) || url.hostname === '' || /[\s'"\\]/.test(address)) {
    throw new AppError('VALIDATION_007', {
      message: 'The address is no rtsp or rtsps address.',
      advice: 'Write it as rtsp://host:554/path, without spaces and quotes.',
    });
  }
  return url;
}

/**
 * One picture of a stream, by ffmpeg. Its host is looked up and checked here, and ffmpeg is given the address that was checked;
 * user and password go in by stdin, where no list of processes shows them.
 */
export function rtspCamera(address: string, { hosts, logins, ffmpeg, timeoutMs }: RtspOptions): OpenCamera {
  const url = checkRtsp(address);
  const end = new AbortController();
  return {
    async grab(signal) {
      demandListed(url, hosts);
      const dialled = new URL(url);
      const host = await hosts.addressOf(url.hostname);
      dialled.hostname = isIPv6(host) ? `[${host}]` : host;
      const login = loginFor(logins(), url);
      if (login !== null) {
        dialled.username = encoded(login.user);
        dialled.password = encoded(login.password);
      }
      const isSafe = url.protocol === 'rtsps:';
      const bytes = await runFfmpeg(
        {
          program: ffmpeg,
          input: [
            ...['-protocol_whitelist', `pipe,rtsp,rtp,tcp${isSafe ? ',rtsps,tls' : ''}`],
            ...['-f', 'concat', '-safe', '0', '-i', 'pipe:0'],
          ],
          output: ONE_PICTURE,
          stdin: playlist(dialled, timeoutMs),
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

/** A stream is nothing that public hosts are asked for. */
export function demandListed({ hostname }: URL, hosts: CameraHosts): void {
  if (hosts.isListed(hostname)) return;
  throw new AppError('VALIDATION_007', {
    message: unusableHost().message,
    advice: 'Streams are read from hosts that whoever runs the server names in H200_CAMERA_HOSTS.',
  });
}

/** With quotes too, which end the name of a file in a playlist. */
const encoded = (text: string) => encodeURIComponent(text).replaceAll("'", '%27');

/** The address is percent-encoded by URL, and quotes in it were refused. */
const playlist = (url: URL, timeoutMs: number): string =>
  [
    'ffconcat version 1.0',
    `file '${url.href}'`,
    'option rtsp_transport tcp',
    'option allowed_media_types video',
    `option timeout ${timeoutMs * 1000}`,
    // Frames that are counted to guess the rate, which nobody asks for: seconds.
    'option fpsprobesize 0',
    '',
  ].join('\n');
