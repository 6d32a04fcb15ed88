import { type ChildProcess, spawn } from 'node:child_process';
import { AppError } from '../../errors.ts';
import { MAX_BYTES, noPicture, wantsLogin } from './no-picture.ts';

export interface FfmpegRun {
  /** The program: a name that is looked for on PATH, or its file. */
  readonly program: string;
  /** Between the program's own and its input. */
  readonly input: readonly string[];
  readonly output: readonly string[];
  /** Given on stdin, where nobody else sees it. */
  readonly stdin?: string | Buffer;
  readonly maxBytes?: number;
  readonly timeoutMs: number;
}

/** Of what it says, to tell why it failed. */
const MOST_WORDS = 4096;
/** No questions, no banner, one line for each error. */
const QUIET = ['-hide_banner', '-nostats', '-loglevel', 'error', '-y'];

const LOGIN = /401|unauthorized|403|forbidden/i;
/** What ffmpeg says, in our words: it quotes addresses with passwords. */
const CAUSES: readonly (readonly [RegExp, string])[] = [
  [/404|not found/i, 'The camera knows no stream of this address.'],
  [/connection refused/i, 'Nothing listens at the address of the camera.'],
  [/timed out|timeout/i, 'The camera gave no answer in time.'],
  [/no such (file|device)|cannot find/i, 'There is no such device.'],
  [/permission denied|operation not permitted/i, 'The device may not be read by this program.'],
  [/busy/i, 'The device is used by another program.'],
  [/protocol.*whitelist|not on whitelist/i, 'The stream refers to a protocol that is not allowed.'],
];

/**
 * Runs ffmpeg and answers what it wrote. It is killed at the end of its time, with the signal, and where it writes more than
 * `maxBytes`; nobody waits for it then. CAMERA_004 where there is none.
 */
export function runFfmpeg(
  { program, input, output, stdin, maxBytes = MAX_BYTES, timeoutMs }: FfmpegRun,
  signal: AbortSignal,
): Promise<Buffer> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const child: ChildProcess = spawn(
    program,
    [...QUIET, ...(stdin === undefined ? ['-nostdin'] : []), ...input, ...output],
    {
      stdio: [stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      shell: false,
      windowsHide: true,
      // A group of its own: a script that stands for ffmpeg is killed with what it started.
      detached: process.platform !== 'win32',
      // Settings of this program hold secrets.
      env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', SystemRoot: process.env.SystemRoot ?? '' },
    },
  );
  const chunks: Buffer[] = [];
  let total = 0;
  let words = '';
  const kill = (why: AppError) => {
    end();
    killGroup(child);
    // Whoever holds the other ends of its pipes is not waited for.
    for (const pipe of [child.stdin, child.stdout, child.stderr]) pipe?.destroy();
    reject(why);
  };
  const timer = setTimeout(
    () => kill(noPicture(`The camera gave no picture within ${timeoutMs / 1000} s.`)),
    timeoutMs,
  );
  const onAbort = () => kill(new AppError('ANALYSIS_006'));
  signal.addEventListener('abort', onAbort, { once: true });
  child.stdout?.on('data', (chunk: Buffer) => {
    total += chunk.length;
    if (total > maxBytes) kill(noPicture('The picture of the camera is larger than allowed.'));
    else chunks.push(chunk);
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    if (words.length < MOST_WORDS) words += chunk.toString('latin1').slice(0, MOST_WORDS);
  });
  child.stdin?.on('error', () => undefined);
  if (stdin !== undefined) child.stdin?.end(stdin);
  const end = () => {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  };
  child.once('error', (cause: NodeJS.ErrnoException) => {
    end();
    reject(
      cause.code === 'ENOENT' || cause.code === 'EACCES'
        ? new AppError('CAMERA_004', { cause })
        : noPicture('ffmpeg could not be started.', {}, cause),
    );
  });
  child.once('close', (code) => {
    end();
    if (code === 0 && total > 0) resolve(Buffer.concat(chunks, total));
    else
      reject(
        LOGIN.test(words)
          ? wantsLogin()
          : noPicture(
              CAUSES.find(([test]) => test.test(words))?.[1] ?? 'ffmpeg could not read a picture from the camera.',
            ),
      );
  });
  return promise;
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill('SIGKILL');
    else process.kill(-child.pid, 'SIGKILL');
  } catch {
    child.kill('SIGKILL');
  }
}

/** Its version, as one word; null: there is none. */
export async function ffmpegVersion(program: string): Promise<string | null> {
  const run = { program, input: [], output: ['-version'], maxBytes: 100_000, timeoutMs: 5000 };
  const text = await runFfmpeg(run, AbortSignal.timeout(6000)).catch(() => null);
  return text === null ? null : (/^ffmpeg version (\S{1,40})/.exec(text.toString('latin1'))?.[1] ?? 'unknown');
}

/** One picture on stdout. */
export const ONE_PICTURE = [
  '-an',
  '-sn',
  '-dn',
  '-frames:v',
  '1',
  '-c:v',
  'mjpeg',
  '-q:v',
  '3',
  '-f',
  'image2pipe',
  'pipe:1',
];
