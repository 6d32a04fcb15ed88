import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CameraSource } from '../../../src/contract/camera.ts';
import { createCameraPictures } from '../../../src/image/camera-picture.ts';
import { createImageIntake } from '../../../src/image/intake.ts';
import { createCameraSources } from '../../../src/watch/sources/camera-sources.ts';
import { runFfmpeg } from '../../../src/watch/sources/ffmpeg.ts';
import { folderCamera } from '../../../src/watch/sources/folder.ts';
import { CameraHosts } from '../../../src/watch/sources/hosts.ts';
import { firstOfStream } from '../../../src/watch/sources/mjpeg.ts';
import { HAS_FFMPEG } from '../../support/ffmpeg.ts';
import { freePort } from '../../support/free-port.ts';
import { plainPhoto } from '../../support/journey.ts';

let folder: string;
let photo: Buffer;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'h200-sources-'));
  photo = await plainPhoto();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const signal = () => AbortSignal.timeout(20_000);

describe('a folder', () => {
  const write = (name: string, ageS: number, bytes: Buffer = photo) => {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    const at = Date.now() / 1000 - ageS;
    utimesSync(path, at, at);
  };
  const open = () => folderCamera(folder, { allowedRoots: [folder], settledMs: 20 });

  it('gives the newest picture, once', async () => {
    const camera = open();
    write('b.jpg', 20);
    write('a.jpg', 10);
    write('notes.txt', 1);
    expect((await camera.grab(signal()))?.bytes.equals(photo)).toBe(true);
    expect(await camera.grab(signal())).toBeNull();
    const other = await plainPhoto(640, 480, 20);
    write('%2e%2e; rm -rf "$HOME" \' .jpg', 5, other);
    expect((await camera.grab(signal()))?.bytes.equals(other)).toBe(true);
    write('two\nlines \u001b[31m\u2028.jpg', 4);
    expect((await camera.grab(signal()))?.bytes.equals(photo)).toBe(true);
  });

  it('whose time is hours ahead is given once, and what is written after it too', async () => {
    const camera = open();
    const later = await plainPhoto(640, 480, 20);
    write('ahead.jpg', -7200);
    write('before.jpg', 30);
    expect((await camera.grab(signal()))?.bytes.equals(photo)).toBe(true);
    expect(await camera.grab(signal())).toBeNull();
    await sleep(30);
    write('now.jpg', 0, later);
    expect((await camera.grab(signal()))?.bytes.equals(later)).toBe(true);
    expect(await camera.grab(signal())).toBeNull();
    write('further.jpg', -7300);
    expect((await camera.grab(signal()))?.bytes.equals(photo)).toBe(true);
    expect(await camera.grab(signal())).toBeNull();
  });

  it('never gives half a picture: the one before it instead, or nothing', async () => {
    const camera = open();
    write('whole.jpg', 10);
    write('half.jpg', 2, photo.subarray(0, photo.length >> 1));
    expect((await camera.grab(signal()))?.bytes.equals(photo)).toBe(true);
    expect(await camera.grab(signal())).toBeNull();
    write('half.jpg', 1);
    expect((await camera.grab(signal()))?.bytes.equals(photo)).toBe(true);
  });

  it('follows no link, and leaves what begins with a dot', async () => {
    const outside = mkdtempSync(join(tmpdir(), 'h200-outside-'));
    writeFileSync(join(outside, 'secret.jpg'), photo);
    symlinkSync(join(outside, 'secret.jpg'), join(folder, 'link.jpg'));
    write('.writing.jpg', 1);
    expect(await open().grab(signal())).toBeNull();
    symlinkSync(outside, join(folder, 'room'));
    const through = folderCamera(join(folder, 'room'), { allowedRoots: [folder] });
    await expect(through.grab(signal())).rejects.toMatchObject({ code: 'VALIDATION_007' });
    rmSync(outside, { recursive: true });
  });

  it('outside the allowed folders is refused as one that is not there', async () => {
    const inside = join(folder, 'in');
    mkdirSync(inside);
    for (const path of [folder, join(folder, 'none'), '/etc']) {
      const camera = folderCamera(path, { allowedRoots: [inside] });
      await expect(camera.grab(signal())).rejects.toMatchObject({ code: 'VALIDATION_007' });
    }
  });
});

describe('over the web', () => {
  let server: Server;
  let answer: (request: IncomingMessage, response: ServerResponse) => void;
  const asked: (string | undefined)[] = [];
  beforeEach(async () => {
    asked.length = 0;
    server = createServer((request, response) => {
      asked.push(request.headers.authorization);
      answer(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = (path = '/snap.jpg') => `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
  const login = () => url('').replace('http://', 'http://ann:p%40ss@');
  const open = (kind: CameraSource['kind'], hosts: string[], logins?: string, timeoutMs = 3000) =>
    createCameraSources({ allowedRoots: [], hosts, logins: () => logins, ffmpeg: 'none', timeoutMs }).open({
      kind,
      address: url(),
    });
  const send = (response: ServerResponse) => response.writeHead(200, { 'content-type': 'image/jpeg' }).end(photo);

  it('a host of the own network is asked only where the operator listed it', async () => {
    answer = (_, response) => send(response);
    for (const hosts of [[], ['10.0.0.0/8', 'camera.lab']]) {
      await expect(open('snapshot', hosts)).rejects.toMatchObject({ code: 'VALIDATION_007' });
    }
    for (const hosts of [['127.0.0.1'], ['127.0.0.0/8']]) {
      const camera = await open('snapshot', hosts);
      expect((await camera.grab(signal()))?.bytes.equals(photo)).toBe(true);
    }
  });

  it('a redirect to another host is not followed', async () => {
    answer = (_, response) => response.writeHead(302, { location: 'http://169.254.169.254/latest' }).end();
    const camera = await open('snapshot', ['127.0.0.1', '169.254.169.254']);
    await expect(camera.grab(signal())).rejects.toMatchObject({ code: 'CAMERA_002' });
  });

  it('what a camera does wrong is said as of a camera, not as of a photo that somebody sends', async () => {
    const asCameras = { advice: expect.not.stringMatching(/base64|data URL/) };
    answer = (request, response) =>
      response.writeHead(302, { location: `http://ann:pw@${request.headers.host}/other.jpg` }).end();
    await expect((await open('snapshot', ['127.0.0.1'])).grab(signal())).rejects.toMatchObject({
      ...{ ...asCameras, code: 'CAMERA_002', message: expect.stringContaining('with a login') },
    });
    answer = (_, response) => {
      response.writeHead(200, { 'content-type': 'image/jpeg', 'content-length': photo.length + 10 });
      response.write(photo, () => response.destroy());
    };
    await expect((await open('snapshot', ['127.0.0.1'])).grab(signal())).rejects.toMatchObject({
      ...{ ...asCameras, message: expect.stringContaining('broke off') },
    });
    const nowhere = await createCameraSources({
      ...{ allowedRoots: [], hosts: ['nowhere.invalid'], logins: () => undefined, ffmpeg: 'none', timeoutMs: 5000 },
    }).open({ kind: 'snapshot', address: 'http://nowhere.invalid/snap.jpg' });
    await expect(nowhere.grab(signal())).rejects.toMatchObject(asCameras);
    const pictures = createCameraPictures(createImageIntake({ allowedRoots: [] }));
    await expect(pictures.open(Buffer.from('<html>log in</html>'), 'camera')).rejects.toMatchObject({
      ...{ ...asCameras, code: 'CAMERA_002', message: expect.stringContaining('no whole') },
    });
    const huge = await sharp({ create: { width: 12_000, height: 12_000, channels: 3, background: '#888' } })
      .png({ compressionLevel: 9 })
      .toBuffer();
    await expect(pictures.open(huge, 'camera')).rejects.toMatchObject({
      ...{ code: 'VALIDATION_004', message: expect.stringContaining('16 megapixels') },
    });
  });

  it.each(['MD5', 'SHA-256'])('digest by %s is answered, and the password never sent', async (algorithm) => {
    const hash = (text: string) =>
      createHash(algorithm === 'MD5' ? 'md5' : 'sha256')
        .update(text)
        .digest('hex');
    answer = (request, response) => {
      const given = Object.fromEntries(
        [...(request.headers.authorization ?? '').matchAll(/(\w+)="?([^",]+)"?/g)].map(([, key, value]) => [
          key,
          value,
        ]),
      );
      const first = hash(`ann:lab:p@ss`);
      const second = hash(`GET:/snap.jpg`);
      const wanted = hash([first, 'n0nce', given.nc, given.cnonce, 'auth', second].join(':'));
      if (given.response === wanted) return send(response);
      const challenge = `Digest realm="lab", nonce="n0nce", qop="auth", algorithm=${algorithm}`;
      return response.writeHead(401, { 'www-authenticate': `Basic realm="lab", ${challenge}` }).end();
    };
    const camera = await open('snapshot', ['127.0.0.1'], login());
    for (let n = 0; n < 2; n += 1) expect((await camera.grab(signal()))?.bytes.equals(photo)).toBe(true);
    // Asked once without, then answered; the second picture needs no question.
    expect(asked).toHaveLength(3);
    expect(JSON.stringify(asked)).not.toContain(Buffer.from('ann:p@ss').toString('base64'));
  });

  it('a login is for its host and port alone, and a refusal does not quote it', async () => {
    answer = (_, response) => response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
    const elsewhere = await open('snapshot', ['127.0.0.1'], 'http://ann:p%40ss@127.0.0.1:1');
    await expect(elsewhere.grab(signal())).rejects.toMatchObject({ code: 'CAMERA_002' });
    expect(asked).toEqual([undefined]);
    const camera = await open('snapshot', ['127.0.0.1'], login());
    const failure = await camera.grab(signal()).catch((thrown: unknown) => thrown);
    expect(asked.at(-1)).toBe(`Basic ${Buffer.from('ann:p@ss').toString('base64')}`);
    expect(JSON.stringify(failure)).not.toMatch(/p@ss|p%40ss/);
  });

  it('of a stream the first whole picture is taken, however it is cut into pieces', async () => {
    for (const length of [true, false]) {
      answer = (_, response) => {
        response.writeHead(200, { 'content-type': 'multipart/x-mixed-replace; boundary=b' });
        const head = `--b\r\nContent-Type: image/jpeg\r\n${length ? `Content-Length: ${photo.length}\r\n` : ''}\r\n`;
        const part = Buffer.concat([Buffer.from(head), photo, Buffer.from('\r\n')]);
        const both = Buffer.concat([part, part]);
        for (let at = 0; at < both.length; at += 333) response.write(both.subarray(at, at + 333));
        // It never ends, as cameras do.
      };
      const camera = await open('mjpeg', ['127.0.0.1']);
      expect((await camera.grab(signal()))?.bytes.equals(photo)).toBe(true);
    }
  });

  it('a stream of nothing but end marks costs no more than its length', async () => {
    const marks = Buffer.alloc(8 * 2 ** 20, Buffer.from([0xff, 0xd9]));
    marks.set([0xff, 0xd8, 0xff, 0xe0]);
    async function* stream() {
      for (let at = 0; at < marks.length; at += 65_536) yield marks.subarray(at, at + 65_536);
    }
    const pieces = vi.spyOn(Buffer.prototype, 'subarray');
    try {
      await expect(firstOfStream(stream(), marks.length)).rejects.toMatchObject({ code: 'CAMERA_002' });
      // One for each chunk, and none for each of four million marks.
      expect(pieces.mock.calls.length).toBeLessThan(1000);
    } finally {
      pieces.mockRestore();
    }
  });

  it('the end mark is found wherever the stream is cut', async () => {
    const picture = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 0xff, 0xd9, 2, 3, 0xff, 0xd9]);
    const whole = Buffer.concat([Buffer.from('--b\r\n\r\n'), picture, Buffer.from('\r\n--b\r\n'), Buffer.alloc(40)]);
    for (let cut = 1; cut < whole.length - 40; cut += 1) {
      async function* stream() {
        yield whole.subarray(0, cut);
        for (let at = cut; at < whole.length; at += 1) yield whole.subarray(at, at + 1);
      }
      expect((await firstOfStream(stream(), 1000)).equals(picture), `${cut}`).toBe(true);
    }
  });

  it('large pictures that come at once share their room, and small ones come through', async () => {
    const waiting: ServerResponse[] = [];
    answer = (request, response) => {
      response.writeHead(200, { 'content-type': 'image/jpeg' });
      if (request.url === '/small') return void response.end(photo);
      response.write(Buffer.alloc(20 * 2 ** 20));
      waiting.push(response);
    };
    const many = await Promise.all(Array.from({ length: 8 }, () => open('snapshot', ['127.0.0.1'], undefined, 20_000)));
    const ends = many.map((one) => one.grab(signal()).catch(({ message }: Error) => message));
    expect(await Promise.race(ends)).toBe('Too many large pictures of cameras come at once.');
    const small = await createCameraSources({
      ...{ allowedRoots: [], hosts: ['127.0.0.1'], logins: () => undefined, ffmpeg: 'none', timeoutMs: 20_000 },
    }).open({ kind: 'snapshot', address: url('/small') });
    expect((await small.grab(signal()))?.bytes.equals(photo)).toBe(true);
    for (const one of waiting) one.destroy();
    await Promise.all(ends);
    // The room is there again.
    answer = (_, response) => void response.end(Buffer.alloc(24 * 2 ** 20));
    expect((await (await open('snapshot', ['127.0.0.1'])).grab(signal()))?.bytes.length).toBe(24 * 2 ** 20);
  });

  it('one that is silent, endless or no stream ends in its time and within its bytes', async () => {
    answer = () => {};
    await expect((await open('snapshot', ['127.0.0.1'], undefined, 1000)).grab(signal())).rejects.toMatchObject({
      code: 'CAMERA_002',
      message: expect.stringContaining('within 1 s'),
    });
    answer = (_, response) => {
      response.writeHead(200, { 'content-type': 'multipart/x-mixed-replace; boundary=b' });
      const more = () => response.writable && response.write(Buffer.alloc(1 << 20, 1), () => setImmediate(more));
      more();
    };
    await expect((await open('mjpeg', ['127.0.0.1'], undefined, 15_000)).grab(signal())).rejects.toMatchObject({
      code: 'CAMERA_002',
    });
  });
});

describe('hosts', () => {
  it('a name stands for addresses of the house, and not for a cloud or this machine', () => {
    const hosts = new CameraHosts(['cam.lab', '192.168.7.0/24', 'fd00::/8', '/dev/video0']);
    expect(hosts.isAllowedAddress('cam.lab', '192.168.1.5')).toBe(true);
    expect(hosts.isAllowedAddress('CAM.lab.', '10.1.2.3')).toBe(true);
    for (const address of ['169.254.169.254', '127.0.0.1', '::1', '0.0.0.0', 'fe80::1', '::ffff:127.0.0.1']) {
      expect(hosts.isAllowedAddress('cam.lab', address)).toBe(false);
    }
    expect(hosts.isAllowedAddress('other.lab', '192.168.1.5')).toBe(false);
    expect(hosts.isAllowedAddress('other.lab', '192.168.7.5')).toBe(false);
    expect(hosts.isAllowedAddress('192.168.7.5', '192.168.7.5')).toBe(true);
    expect(hosts.isAllowedAddress('192.168.8.5', '192.168.8.5')).toBe(false);
    expect(hosts.hasDevice('/dev/video0')).toBe(true);
    expect(hosts.hasDevice('/dev/video1')).toBe(false);
  });

  it('an address with a password is refused wherever a source is described', () => {
    for (const address of ['rtsp://a:b@10.0.0.1/x', 'rtsp://a@10.0.0.1/x']) {
      expect(CameraSource.safeParse({ kind: 'rtsp', address }).success).toBe(false);
    }
    for (const address of ['file:///etc/passwd', 'concat:a|b', 'http://x', '-i', "rtsp://x/'\nfile x"]) {
      expect(CameraSource.safeParse({ kind: 'rtsp', address }).success && !address.includes("'")).toBe(false);
    }
  });

  it('streams and webcams that nobody listed are refused, and without ffmpeg it is said what is missing', async () => {
    const options = { allowedRoots: [], logins: () => undefined, ffmpeg: '/nowhere/ffmpeg', timeoutMs: 2000 };
    const none = createCameraSources({ ...options, hosts: [] });
    const all = createCameraSources({ ...options, hosts: ['127.0.0.1', '/dev/video0'] });
    const stream = { kind: 'rtsp', address: 'rtsp://127.0.0.1:9/live' } as const;
    const webcam = { kind: 'usb', address: '/dev/video0' } as const;
    for (const source of [stream, webcam]) {
      await expect(none.check(source)).rejects.toMatchObject({ code: 'VALIDATION_007' });
      await all.check(source);
      await expect((await all.open(source)).grab(signal())).rejects.toMatchObject({ code: 'CAMERA_004' });
    }
  });
});

describe.skipIf(process.platform === 'win32')('a program in the place of ffmpeg', () => {
  it('is not waited for past its time, and what it started ends with it', { timeout: 60_000 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'h200-ffmpeg-'));
    const [program, pid] = [join(folder, 'ffmpeg'), join(folder, 'pid')];
    // The shell waits for its child, which holds the pipes.
    writeFileSync(program, `#!/bin/sh\nsleep 300 &\necho $! > ${pid}\nwait\n`, { mode: 0o755 });
    const run = { program, input: [], output: [], timeoutMs: 3000 };
    try {
      await expect(runFfmpeg(run, new AbortController().signal)).rejects.toMatchObject({
        code: 'CAMERA_002',
        message: 'The camera gave no picture within 3 s.',
      });
      const child = Number(readFileSync(pid, 'utf8'));
      await expect.poll(() => isRunning(child), { timeout: 20_000 }).toBe(false);
      const late = runFfmpeg({ ...run, timeoutMs: 200_000 }, AbortSignal.timeout(1000));
      await expect(late).rejects.toMatchObject({ code: 'ANALYSIS_006' });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

/** A zombie is none. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s*Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

describe.skipIf(!HAS_FFMPEG)('with ffmpeg (needs ffmpeg with libx264)', { timeout: 120_000 }, () => {
  const sourcesFor = (hosts: string[], logins?: string) =>
    createCameraSources({ allowedRoots: [], hosts, logins: () => logins, ffmpeg: 'ffmpeg', timeoutMs: 30_000 });

  it('makes a film', async () => {
    const { filmOf } = await import('../../../src/watch/sources/film.ts');
    const film = await filmOf('ffmpeg', [photo, await plainPhoto(640, 480, 10), photo]);
    expect(film.subarray(4, 8).toString('latin1')).toBe('ftyp');
  });

  it('says what is wrong in words of its own, and no password', async () => {
    const login = 'rtsp://ann:p%40ss@127.0.0.1:9';
    const camera = await sourcesFor(['127.0.0.1'], login).open({ kind: 'rtsp', address: 'rtsp://127.0.0.1:9/live' });
    const failure = await camera.grab(AbortSignal.timeout(60_000)).catch((thrown: unknown) => thrown);
    expect(failure).toMatchObject({ code: 'CAMERA_002', message: 'Nothing listens at the address of the camera.' });
    expect(JSON.stringify(failure)).not.toContain('p%40ss');
  });

  it.skipIf(process.platform !== 'linux')('a webcam that is not plugged in is said to be none', async () => {
    const address = '/dev/video987';
    const camera = await sourcesFor([address]).open({ kind: 'usb', address });
    await expect(camera.grab(AbortSignal.timeout(60_000))).rejects.toMatchObject({
      code: 'CAMERA_002',
      message: 'There is no such device.',
    });
  });

  it('reads the MJPEG stream that ffmpeg itself serves', async () => {
    const port = await freePort();
    const address = `http://127.0.0.1:${port}/live.mjpg`;
    writeFileSync(join(folder, 'picture.jpg'), photo);
    const server = spawn(
      'ffmpeg',
      [
        ...['-hide_banner', '-nostats', '-loglevel', 'error', '-re', '-loop', '1', '-i', join(folder, 'picture.jpg')],
        ...['-c:v', 'copy', '-f', 'mpjpeg', '-content_type', 'multipart/x-mixed-replace;boundary=ffmpeg'],
        ...['-listen', '1', address],
      ],
      { stdio: 'ignore' },
    );
    try {
      const camera = await sourcesFor(['127.0.0.1']).open({ kind: 'mjpeg', address });
      await expect
        .poll(() => camera.grab(AbortSignal.timeout(60_000)).catch(() => null), { timeout: 60_000 })
        .toMatchObject({ bytes: expect.any(Buffer) });
    } finally {
      server.kill('SIGKILL');
    }
  });
});
