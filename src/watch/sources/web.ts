import { type Agent, type Dispatcher, request } from 'undici';
import { AppError } from '../../errors.ts';
import { Guard } from '../../network/guard.ts';
import type { OpenCamera } from '../../ports/camera-source.ts';
import { hostAdvice } from './host-advice.ts';
import type { CameraHosts } from './hosts.ts';
import { authorization, loginFor } from './logins.ts';
import { firstOfStream } from './mjpeg.ts';
import { MAX_BYTES, noPicture, wantsLogin } from './no-picture.ts';
import { type PictureRoom, pictureRoom } from './picture-room.ts';

export interface WebOptions {
  readonly hosts: CameraHosts;
  /** Of H200_CAMERA_LOGINS, as it is now. */
  readonly logins: () => string | undefined;
  readonly timeoutMs: number;
}

const MOST_REDIRECTS = 3;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** Public hosts as pictures are fetched, by https alone; those of the operator's list as they are. */
export function guardOf(address: string, { hosts, timeoutMs }: Pick<WebOptions, 'hosts' | 'timeoutMs'>): Guard {
  const host = URL.parse(address)?.hostname ?? '';
  if (!hosts.isListed(host)) return new Guard({ timeoutMs });
  return new Guard({
    timeoutMs,
    allowHttp: true,
    extraPorts: 'any',
    allowInternalNames: true,
    isAllowedAddress: (one) => hosts.isAllowedAddress(host, one),
  });
}

/** A picture behind an address, or the first one of a stream of them. */
export function webCamera(address: string, kind: 'snapshot' | 'mjpeg', options: WebOptions): OpenCamera {
  const { timeoutMs } = options;
  const guard = guardOf(address, options);
  const first = guard.check(address);
  /** What the camera asked for last: the next call answers it without being asked again. */
  let challenge: string | null = null;
  let count = 0;

  async function ask(url: URL, dispatcher: Agent, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    const login = loginFor(options.logins(), url);
    const send = () => {
      const path = `${url.pathname}${url.search}`;
      count += 1;
      const answer = login && challenge !== null && authorization(challenge, login, { method: 'GET', path, count });
      return request(url, {
        dispatcher,
        signal,
        headers: {
          accept: kind === 'mjpeg' ? 'multipart/x-mixed-replace, image/jpeg' : 'image/jpeg, image/png, image/webp',
          'accept-encoding': 'identity',
          'user-agent': 'h200-mug',
          ...(answer && { authorization: answer }),
        },
      });
    };
    const response = await send();
    if (response.statusCode !== 401 || login === null) return response;
    const asked = response.headers['www-authenticate'];
    discard(response);
    challenge = Array.isArray(asked) ? asked.join(', ') : (asked ?? '');
    count = 0;
    return send();
  }

  async function follow(dispatcher: Agent, signal: AbortSignal): Promise<Buffer> {
    let url = first;
    for (let hop = 0; hop <= MOST_REDIRECTS; hop += 1) {
      const response = await ask(url, dispatcher, signal);
      if (!REDIRECTS.has(response.statusCode)) return await read(response, kind);
      discard(response);
      const { location } = response.headers;
      const next = typeof location === 'string' ? URL.parse(location, url.href) : null;
      // Elsewhere is somebody else's host.
      if (next === null || next.origin !== first.origin) throw noPicture('The camera redirects to another host.');
      if (next.username !== '' || next.password !== '')
        throw noPicture('The camera redirects to an address with a login.');
      url = guard.check(next.href);
    }
    throw noPicture('The camera redirects in a circle.');
  }

  return {
    async grab(signal) {
      const bytes = await guard.exchange(
        follow,
        (thrown, { late, cancelled }) => {
          if (cancelled) return new AppError('ANALYSIS_006', { cause: thrown });
          if (late) return noPicture(`The camera gave no picture within ${timeoutMs / 1000} s.`, {}, thrown);
          return thrown instanceof AppError
            ? hostAdvice(thrown)
            : noPicture('The camera cannot be reached.', {}, thrown);
        },
        signal,
      );
      return { bytes, takenAt: new Date() };
    },
    close: () => guard.close(),
  };
}

async function read(response: Dispatcher.ResponseData, kind: 'snapshot' | 'mjpeg'): Promise<Buffer> {
  const room = pictureRoom();
  try {
    const { statusCode, headers } = response;
    if (statusCode === 401 || statusCode === 403) {
      throw wantsLogin({ http_status: statusCode });
    }
    if (statusCode !== 200) {
      throw noPicture(`The camera refused the picture (status ${statusCode}).`, { http_status: statusCode });
    }
    if (Number(headers['content-length'] ?? 0) > MAX_BYTES && kind === 'snapshot') throw tooLong();
    const type = String(headers['content-type'] ?? '');
    if (kind === 'mjpeg' && /^multipart\//i.test(type))
      return await firstOfStream(within(room, response.body), MAX_BYTES);
    if (/^multipart\//i.test(type)) {
      throw noPicture('This is a stream of pictures, and no single one: make it a camera of the kind mjpeg.');
    }
    const chunks: Buffer[] = [];
    let total = 0;
    for await (const chunk of within(room, response.body)) {
      total += chunk.length;
      if (total > MAX_BYTES) throw tooLong();
      chunks.push(chunk);
    }
    return Buffer.concat(chunks, total);
  } finally {
    room.release();
    discard(response);
  }
}

async function* within(room: PictureRoom, body: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const chunks = body[Symbol.asyncIterator]();
  for (;;) {
    const next = await chunks.next().catch((thrown: unknown) => {
      throw noPicture('The camera broke off in the middle of its picture.', {}, thrown);
    });
    if (next.done) return;
    room.take(next.value.length);
    yield next.value;
  }
}

const tooLong = () => noPicture('The picture of the camera is larger than 25 MB.');

function discard({ body }: Dispatcher.ResponseData): void {
  body.on('error', () => {});
  body.destroy();
}
