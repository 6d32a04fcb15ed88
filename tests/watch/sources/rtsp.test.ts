import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCameraSources } from '../../../src/watch/sources/camera-sources.ts';
import { HAS_FFMPEG } from '../../support/ffmpeg.ts';
import { plainPhoto } from '../../support/journey.ts';
import { type CameraLogin, RtspCamera } from '../../support/rtsp-camera.ts';

const USER = 'ann';
const PASSWORD = "p@ss:/w'örd";
const LOGIN = `${encodeURIComponent(USER)}:${encodeURIComponent(PASSWORD)}@`;

describe.skipIf(!HAS_FFMPEG)('an RTSP camera (needs ffmpeg with libx264)', { timeout: 120_000 }, () => {
  let camera: RtspCamera;
  beforeEach(async () => {
    camera = await new RtspCamera().start(await plainPhoto(640, 480));
  }, 60_000);
  afterEach(() => camera.stop());

  const open = (logins?: string, timeoutMs = 30_000, hosts = ['127.0.0.1']) =>
    createCameraSources({ allowedRoots: [], hosts, logins: () => logins, ffmpeg: 'ffmpeg', timeoutMs }).open({
      kind: 'rtsp',
      address: camera.url,
    });
  const grab = async (logins?: string, timeoutMs?: number) => {
    const opened = await open(logins, timeoutMs);
    return opened.grab(AbortSignal.timeout(60_000)).finally(() => opened.close());
  };
  const sizeOf = async (bytes: Buffer | undefined) => {
    const { width, height, format } = await sharp(bytes).metadata();
    return [width, height, format];
  };

  it('gives a whole picture, and no packet beside the one connection', async () => {
    const opened = await open();
    for (let n = 0; n < 2; n += 1) {
      const grabbed = await opened.grab(AbortSignal.timeout(60_000));
      expect(await sizeOf(grabbed?.bytes)).toEqual([640, 480, 'jpeg']);
    }
    expect(camera.asked.filter((one) => one.startsWith('SETUP')).join()).toMatch(/interleaved/);
    expect(camera.asked.join()).not.toMatch(/client_port/);
  });

  it.each(['basic', 'digest'] as const)('that wants a login by %s gets the one of its host', async (scheme) => {
    const login: CameraLogin = { scheme, user: USER, password: PASSWORD };
    camera.login = login;
    const grabbed = await grab(camera.url.replace('rtsp://', `rtsp://${LOGIN}`).replace('/live', ''));
    expect(await sizeOf(grabbed?.bytes)).toEqual([640, 480, 'jpeg']);
    // Basic is the password itself; digest never shows it.
    const sent = camera.asked.join();
    if (scheme === 'digest') expect(sent).not.toMatch(/p%40ss|p@ss/);
  });

  it('that refuses the login, or was given none, is said to do so, without the password', async () => {
    camera.login = { scheme: 'digest', user: USER, password: PASSWORD };
    const wrong = camera.url.replace('rtsp://', 'rtsp://ann:n0t-this@').replace('/live', '');
    const elsewhere = `rtsp://${LOGIN}127.0.0.2:554`;
    for (const logins of [wrong, elsewhere, undefined]) {
      const failure = await grab(logins).catch((thrown: unknown) => thrown);
      expect(failure).toMatchObject({ code: 'CAMERA_002', message: expect.stringContaining('asks for a login') });
      const { message, advice, details, stack, cause } = failure as Error & Record<string, unknown>;
      const said = JSON.stringify([message, advice, details, stack, cause, failure]);
      expect(said).not.toMatch(/n0t-this|p%40ss|p@ss/);
    }
  });

  it('that is switched off, and on again, gives pictures again', async () => {
    const opened = await open();
    expect(await opened.grab(AbortSignal.timeout(60_000))).not.toBeNull();
    await camera.off();
    await expect(opened.grab(AbortSignal.timeout(60_000))).rejects.toMatchObject({
      code: 'CAMERA_002',
      message: 'Nothing listens at the address of the camera.',
    });
    await camera.listen();
    expect(await sizeOf((await opened.grab(AbortSignal.timeout(60_000)))?.bytes)).toEqual([640, 480, 'jpeg']);
  });

  it('whose stream froze is a camera without a picture, in its time', async () => {
    camera.isFrozen = true;
    await expect(grab(undefined, 3000)).rejects.toMatchObject({
      code: 'CAMERA_002',
      message: expect.stringMatching(/within 3 s|in time/),
    });
  });

  it('is asked for nothing where nobody listed its host', async () => {
    const before = camera.asked.length;
    const opened = await open(undefined, 5000, ['10.0.0.0/8', 'cam.lab']);
    await expect(opened.grab(AbortSignal.timeout(60_000))).rejects.toMatchObject({ code: 'VALIDATION_007' });
    expect(camera.asked).toHaveLength(before);
  });

  it('that sends elsewhere by another protocol is not followed', async () => {
    camera.redirect = 'http://127.0.0.1:9/secret';
    await expect(grab(undefined, 5000)).rejects.toMatchObject({ code: 'CAMERA_002' });
  });
});
