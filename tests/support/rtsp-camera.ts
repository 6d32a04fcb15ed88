import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { createSocket, type Socket as Datagrams } from 'node:dgram';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface CameraLogin {
  readonly scheme: 'basic' | 'digest';
  readonly user: string;
  readonly password: string;
}

const REALM = 'camera';

/**
 * An RTSP camera (RFC 2326, interleaved in TCP) that shows one picture: ffmpeg encodes it as H.264, and each packet goes to
 * whoever plays.
 */
export class RtspCamera {
  /** Requests as they came, without their bodies. */
  readonly asked: string[] = [];
  login: CameraLogin | null = null;
  /** The connection stays, and no packet comes any more. */
  isFrozen = false;
  /** Where DESCRIBE sends whoever asks; null: it answers. */
  redirect: string | null = null;
  private readonly folder = mkdtempSync(join(tmpdir(), 'h200-rtsp-'));
  private readonly packets: Datagrams = createSocket('udp4');
  private readonly players = new Set<Socket>();
  private readonly connections = new Set<Socket>();
  private encoder: ChildProcess | null = null;
  private server: Server | null = null;
  private port = 0;

  async start(picture: Buffer): Promise<this> {
    await new Promise<void>((resolve) => this.packets.bind(0, '127.0.0.1', resolve));
    this.packets.on('message', (packet) => {
      if (this.isFrozen) return;
      const head = Buffer.from([0x24, 0, packet.length >> 8, packet.length & 0xff]);
      for (const player of this.players) player.write(Buffer.concat([head, packet]));
    });
    const [file, sdp] = [join(this.folder, 'picture.jpg'), join(this.folder, 'camera.sdp')];
    writeFileSync(file, picture);
    const to = `rtp://127.0.0.1:${this.packets.address().port}?pkt_size=1200`;
    this.encoder = spawn(
      'ffmpeg',
      [
        ...[
          '-hide_banner',
          '-nostats',
          '-loglevel',
          'error',
          '-y',
          '-re',
          '-loop',
          '1',
          '-framerate',
          '10',
          '-i',
          file,
        ],
        ...['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-g', '5', '-pix_fmt', 'yuv420p'],
        ...['-f', 'rtp', '-sdp_file', sdp, to],
      ],
      { stdio: 'ignore' },
    );
    for (let n = 0; n < 300 && this.described() === null; n += 1) await sleep(100);
    if (this.described() === null) throw new Error('ffmpeg described no stream');
    await this.listen();
    return this;
  }

  get url(): string {
    return `rtsp://127.0.0.1:${this.port}/live`;
  }

  /** Switched on, at the place where it was before. */
  async listen(): Promise<void> {
    this.server = createServer((socket) => this.serve(socket));
    await new Promise<void>((resolve) => this.server?.listen(this.port, '127.0.0.1', resolve));
    const address = this.server.address();
    if (typeof address === 'object' && address !== null) this.port = address.port;
  }

  /** Switched off. */
  async off(): Promise<void> {
    for (const one of this.connections) one.destroy();
    await new Promise((resolve) => this.server?.close(resolve) ?? resolve(null));
  }

  async stop(): Promise<void> {
    this.encoder?.kill('SIGKILL');
    await this.off();
    this.packets.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private described(): string | null {
    try {
      const text = readFileSync(join(this.folder, 'camera.sdp'), 'utf8');
      // The first line of ffmpeg is none of a description; ports are agreed on by SETUP.
      const lines = text.split(/\r?\n/).filter((line) => /^[a-z]=/.test(line));
      return `${lines.join('\r\n').replace(/^m=video \d+/m, 'm=video 0')}\r\na=control:track1\r\n`;
    } catch {
      return null;
    }
  }

  private serve(socket: Socket): void {
    this.connections.add(socket);
    const nonce = randomBytes(8).toString('hex');
    let text = '';
    socket.on('error', () => {});
    socket.on('close', () => {
      this.connections.delete(socket);
      this.players.delete(socket);
    });
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1');
      // What players tell of what came (RTCP) is not read.
      text = text.replace(/^\$[\s\S]{3,}?(?=[A-Z_]+ rtsp)/, '');
      for (let end = text.indexOf('\r\n\r\n'); end >= 0; end = text.indexOf('\r\n\r\n')) {
        const request = text.slice(0, end);
        text = text.slice(end + 4);
        this.asked.push(request);
        socket.write(this.answer(request, nonce, socket));
      }
    });
  }

  private answer(request: string, nonce: string, socket: Socket): string {
    const [method = '', uri = ''] = request.split(' ');
    const header = (name: string) => new RegExp(`^${name}: *(.*)$`, 'im').exec(request)?.[1]?.trim() ?? '';
    const answer = (status: string, headers: readonly string[] = [], body = '') =>
      [
        `RTSP/1.0 ${status}`,
        `CSeq: ${header('CSeq')}`,
        ...headers,
        ...(body && [`Content-Length: ${body.length}`]),
        '',
        body,
      ].join('\r\n');
    if (method === 'OPTIONS') return answer('200 OK', ['Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN']);
    if (this.login !== null && !isRight(this.login, header('Authorization'), method, nonce)) {
      const challenge =
        this.login.scheme === 'basic' ? `Basic realm="${REALM}"` : `Digest realm="${REALM}", nonce="${nonce}"`;
      return answer('401 Unauthorized', [`WWW-Authenticate: ${challenge}`]);
    }
    switch (method) {
      case 'DESCRIBE':
        if (this.redirect !== null) return answer('302 Moved Temporarily', [`Location: ${this.redirect}`]);
        return answer('200 OK', ['Content-Type: application/sdp', `Content-Base: ${uri}/`], this.described() ?? '');
      case 'SETUP':
        return answer('200 OK', ['Session: 1', 'Transport: RTP/AVP/TCP;unicast;interleaved=0-1']);
      case 'PLAY':
        this.players.add(socket);
        return answer('200 OK', ['Session: 1']);
      case 'TEARDOWN':
        this.players.delete(socket);
        return answer('200 OK', ['Session: 1']);
      default:
        return answer('200 OK', ['Session: 1']);
    }
  }
}

function isRight({ scheme, user, password }: CameraLogin, given: string, method: string, nonce: string): boolean {
  if (scheme === 'basic') return given === `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  const md5 = (text: string) => createHash('md5').update(text).digest('hex');
  const { uri = '', response } = Object.fromEntries(
    [...given.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, value]) => [key, value]),
  );
  return response === md5(`${md5(`${user}:${REALM}:${password}`)}:${nonce}:${md5(`${method}:${uri}`)}`);
}
