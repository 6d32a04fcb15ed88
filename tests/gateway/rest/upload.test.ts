import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXAMPLES, form, type RestServer, startRest } from './rest-server.ts';

const PHOTO = readFileSync(join(EXAMPLES, 'mug-too-close.jpg'));
const ONE = '/api/v1/analyze/with-feedback';
const MANY = '/api/v1/analyze/batch';

let server: RestServer;
beforeAll(async () => {
  server = await startRest();
});
afterAll(() => server.close());

const files = (name: string, n: number) => Array.from({ length: n }, (_, i) => [name, `${i}.jpg`, PHOTO] as const);

async function refusal(path: string, body: unknown, headers: Record<string, string> = {}) {
  const { status, body: said } = await server.ask('POST', path, body, headers);
  return [status, said.error?.code];
}

it('files are taken in their field only, and not more of them than are wanted', async () => {
  expect(await refusal(ONE, form({}, files('picture', 1)))).toEqual([422, 'VALIDATION_002']);
  expect(await refusal(ONE, form({}, files('image', 2)))).toEqual([422, 'TOO_MANY_FILES']);
  expect(await refusal(MANY, form({}, files('images', 11)))).toEqual([422, 'TOO_MANY_FILES']);
  expect(await refusal(ONE, form({ image: 'x.jpg' }, files('image', 1)))).toEqual([422, 'VALIDATION_002']);
  expect(await refusal(ONE, form({ store: 'true' }, []))).toEqual([422, 'VALIDATION_001']);
});

it('a field that is unknown, wrong, twice there or one of too many is refused', async () => {
  const sent = (fields: Record<string, string>) => refusal(ONE, form(fields, files('image', 1)));
  expect(await sent({ colour: 'red' })).toEqual([422, 'VALIDATION_002']);
  expect(await sent({ confidence_threshold: '1.5' })).toEqual([422, 'VALIDATION_002']);
  expect(await sent({ calibration: '{"mm_per_pixel":1}', calibration_mm_per_pixel: '1' })).toEqual([
    422,
    'VALIDATION_002',
  ]);
  const twice = form({ store: 'false' }, files('image', 1));
  twice.append('store', 'true');
  expect(await refusal(ONE, twice)).toEqual([422, 'VALIDATION_002']);
  const many = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`f${i}`, '1']));
  expect(await sent(many)).toEqual([422, 'VALIDATION_002']);
  expect(await sent({ zones: 'x'.repeat(300_000) })).toEqual([413, 'VALIDATION_004']);
});

it('a file that is too large is refused, whether its size is told or not', async () => {
  const large = new Uint8Array(26 * 1024 * 1024);
  large.set(PHOTO);
  expect(await refusal(ONE, form({}, [['image', 'large.jpg', large]]))).toEqual([413, 'VALIDATION_004']);
});

it('a part that cannot be understood is not left out silently', async () => {
  const headers = { 'content-type': 'multipart/form-data; boundary="b b"' };
  const part = (header: string) => `--b b\r\n${header}\r\ncontent-type: image/jpeg\r\n\r\n${'x'.repeat(70_000)}\r\n`;
  const whole = 'content-disposition: form-data; name="images"; filename="a.jpg"';
  const sent = async (...parts: string[]) => {
    const { status, body } = await server.ask('POST', MANY, `${parts.map(part).join('')}--b b--\r\n`, headers);
    return [status, body.error?.message ?? body.total_images];
  };
  expect(await sent(whole, whole)).toEqual([200, 2]);
  for (const odd of ['x-nothing: 1', 'content-disposition: attachment; name="images"; filename="a.jpg"']) {
    expect(await sent(whole, odd, whole)).toEqual([422, 'A part of the form is not understood.']);
    expect(await sent(odd, whole, odd)).toEqual([422, '2 parts of the form are not understood.']);
  }
});

it('a form that is broken is refused', async () => {
  const type = 'multipart/form-data';
  expect(await refusal(ONE, 'x', { 'content-type': type })).toEqual([422, 'VALIDATION_002']);
  const headers = { 'content-type': `${type}; boundary=b` };
  expect(await refusal(ONE, '--b\r\nno form', headers)).toEqual([422, 'VALIDATION_002']);
  expect(
    await refusal(ONE, '--b\r\ncontent-disposition: form-data; name="image"; filename="a"\r\n\r\nxx', headers),
  ).toEqual([422, 'VALIDATION_002']);
  const proto = '--b\r\ncontent-disposition: form-data; name="__proto__"\r\n\r\nx\r\n--b--\r\n';
  expect(await refusal(ONE, proto, headers)).toEqual([422, 'VALIDATION_002']);
});

it('a client that leaves in the middle of its file does no harm', async () => {
  for (let i = 0; i < 20; i += 1) {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    socket.on('error', () => {});
    socket.write(
      `POST ${ONE} HTTP/1.1\r\nhost: localhost\r\ncontent-type: multipart/form-data; boundary=b\r\ncontent-length: 100000\r\n\r\n--b\r\ncontent-disposition: form-data; name="image"; filename="a.jpg"\r\n\r\n`,
    );
    socket.write(PHOTO.subarray(0, 2000 * i));
    await new Promise((done) => setTimeout(done, 10));
    socket.destroy();
  }
  const { status } = await server.ask('POST', ONE, form({ store: 'false' }, files('image', 1)));
  expect(status).toBe(200);
});

describe('a form whose size nobody has told', () => {
  const port = () => Number(new URL(server.url).port);
  const head = (path: string) =>
    `POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: multipart/form-data; boundary=b\r\ntransfer-encoding: chunked\r\n\r\n`;
  const chunk = (bytes: Uint8Array) =>
    Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]);

  it('is read, however large', async () => {
    const noise = Buffer.alloc(3 * 1024 * 1024, 7);
    const socket = connect(port(), '127.0.0.1');
    let said = '';
    socket.on('data', (data) => {
      said += data;
    });
    socket.write(head(ONE));
    socket.write(chunk(Buffer.from('--b\r\ncontent-disposition: form-data; name="image"; filename="a.jpg"\r\n\r\n')));
    for (let at = 0; at < noise.length; at += 65_536) socket.write(chunk(noise.subarray(at, at + 65_536)));
    socket.write(chunk(Buffer.from('\r\n--b--\r\n')));
    socket.write('0\r\n\r\n');
    await expect.poll(() => said, { timeout: 10_000 }).toContain('VALIDATION_003');
    socket.destroy();
  });

  it('is broken off, on any route, and the server lives', async () => {
    for (const path of [ONE, '/api/v1/auth/login', '/mcp', '/nothing', '/healthz']) {
      for (let i = 0; i < 10; i += 1) {
        const socket = connect(port(), '127.0.0.1');
        socket.on('error', () => {});
        socket.write(head(path));
        socket.write(chunk(Buffer.from('--b')));
        await new Promise((done) => setTimeout(done, i % 5));
        socket.resetAndDestroy();
      }
    }
    await new Promise((done) => setTimeout(done, 100));
    expect((await server.ask('GET', '/healthz')).status).toBe(200);
  });
});
