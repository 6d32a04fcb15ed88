import * as z from 'zod';
import { boolean, integer, list, variable } from './variable.ts';

const host = z
  .string()
  .max(253)
  .regex(/^[A-Za-z0-9.:[\]/_=-]+$/, 'must be a host, an address, a range such as 192.168.1.0/24, or a device');
/** As src/watch/sources/logins.ts reads them. */
const logins = z
  .string()
  .max(20_000)
  .refine(
    (text) =>
      text
        .split(/[\s,]+/)
        .every((one) => one === '' || /^(https?|rtsps?):\/\/[^\s/@:]+:[^\s/@]*@[^\s/@]+\/?$/i.test(one)),
    'must be addresses with user and password, separated by commas: rtsp://user:password@192.168.1.20',
  );

export const CAMERAS = {
  H200_CAMERAS: variable(
    'cameras',
    boolean.default(true),
    'true',
    'Whether `serve` watches the stored cameras ([docs/watch.md](watch.md)).',
  ),
  H200_CAMERA_HOSTS: variable(
    'cameras',
    list.pipe(z.array(host).max(200)).default([]),
    'none',
    'Cameras of your own network, separated by commas: names, addresses, ranges such as `192.168.1.0/24`, and webcams such as `/dev/video0`. Everybody who may analyse photos may watch them. Others must be public https addresses.',
  ),
  H200_CAMERA_LOGINS: variable(
    'cameras',
    logins.optional(),
    'unset',
    'Users and passwords of cameras, each for one host and port: `rtsp://user:password@192.168.1.20,http://…`; special characters percent-encoded. Sent nowhere else.',
    { secret: true },
  ),
  H200_CAMERA_TIMEOUT_MS: variable(
    'cameras',
    integer(1000, 60_000).default(15_000),
    '15000',
    'Longest wait for one picture.',
  ),
  H200_FFMPEG: variable(
    'cameras',
    z.string().max(1024).default('ffmpeg'),
    '`ffmpeg`',
    'The program that reads RTSP streams and webcams, and makes films: a name on PATH, or its file.',
  ),
} as const;
