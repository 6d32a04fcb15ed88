import { AppError } from '../../errors.ts';
import { runFfmpeg } from './ffmpeg.ts';

const FILM_MS = 120_000;
const MOST_BYTES = 256 * 2 ** 20;
const PER_SECOND = 12;

/** A film of JPEG pictures, which go in and come out through pipes. */
export async function filmOf(ffmpeg: string, pictures: readonly Buffer[], signal?: AbortSignal): Promise<Buffer> {
  if (pictures.length === 0) throw new AppError('CAMERA_003', { message: 'A film is made of JPEG pictures.' });
  return runFfmpeg(
    {
      program: ffmpeg,
      input: [
        '-protocol_whitelist',
        'pipe',
        '-f',
        'image2pipe',
        '-framerate',
        String(PER_SECOND),
        '-c:v',
        'mjpeg',
        '-i',
        'pipe:0',
      ],
      output: [
        ...['-vf', "scale='min(1280,iw)':-2,format=yuv420p", '-c:v', 'mpeg4', '-q:v', '4'],
        ...['-movflags', 'frag_keyframe+empty_moov', '-f', 'mp4', 'pipe:1'],
      ],
      stdin: Buffer.concat(pictures),
      maxBytes: MOST_BYTES,
      timeoutMs: FILM_MS,
    },
    signal ?? AbortSignal.timeout(FILM_MS + 1000),
  );
}
