import type { App } from '../app/create-app.ts';
import type { Config } from '../config/config.ts';
import { cameraStateWords } from '../presentation/camera-answer.ts';
import { ffmpegVersion } from '../watch/sources/ffmpeg.ts';
import { call } from './caller.ts';
import { attempt, type Check, Found } from './check.ts';

/** This machine's own cameras, and what reads streams. */
export async function examineCameras(
  app: Pick<App, 'services'>,
  config: Pick<Config, 'H200_FFMPEG'>,
): Promise<Check[]> {
  const { cameras } = app.services;
  const count = await cameras.count(call).catch(() => null);
  if (count === 0)
    return [{ name: 'cameras', state: 'off', detail: 'there is none: "h200-mug cameras add" makes one' }];
  const check = await attempt('cameras', async () => {
    const { items } = await cameras.list(call, { limit: 100 });
    const words = items.map(cameraStateWords).join('; ');
    if (items.some(({ state }) => state === 'in_trouble')) throw new Found(words);
    return words;
  });
  const version = await ffmpegVersion(config.H200_FFMPEG);
  const ffmpeg: Check =
    version === null
      ? { name: 'ffmpeg', state: 'off', detail: 'not found: RTSP streams, webcams and films need it (H200_FFMPEG)' }
      : { name: 'ffmpeg', state: 'ok', detail: version };
  return [check, ffmpeg];
}
