import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { bareImage, bareRequest } from '../../../src/image/bare/bare-image.ts';
import { BareThreads } from '../../../src/image/bare/bare-threads.ts';
import { rewritten } from '../../../src/image/bare/rewritten.ts';

const exif = Buffer.from('MM\0*\0\0\0\x08\0\0\0\0\0\0', 'latin1');
const picture = sharp({
  create: {
    width: 2000,
    height: 1500,
    channels: 3,
    background: '#888',
    noise: { type: 'gaussian', mean: 128, sigma: 30 },
  },
});
const files: Record<'jpeg' | 'progressive' | 'png', Buffer> = {} as never;

beforeAll(async () => {
  files.jpeg = await picture.clone().jpeg({ quality: 92 }).toBuffer();
  files.progressive = await picture.clone().jpeg({ quality: 80, progressive: true }).toBuffer();
  files.png = await picture.clone().png({ palette: true, colours: 16, effort: 1, dither: 0 }).toBuffer();
});

describe('threads that rewrite pictures', () => {
  it.each(['jpeg', 'progressive', 'png'] as const)('give what is given here: %s', async (kind) => {
    const request = bareRequest(kind === 'png' ? 'png' : 'jpeg', files[kind], exif);
    const before = Buffer.from(files[kind]);
    const threads = new BareThreads();
    const [there, here] = [await threads.run(request), await bareImage(request)];
    expect(Buffer.isBuffer(there.bytes)).toBe(true);
    expect(there.bytes.equals(here.bytes)).toBe(true);
    expect(there.exact).toBe(here.exact);
    expect(files[kind].equals(before)).toBe(true);
    expect(threads.threads).toHaveLength(1);
  });

  it('take at least two thirds of the work off the event loop', async () => {
    const request = bareRequest('jpeg', files.jpeg, exif);
    const threads = new BareThreads();
    const spent = async (work: () => Promise<unknown>) => {
      const start = process.threadCpuUsage();
      for (let i = 0; i < 6; i += 1) await work();
      const { user, system } = process.threadCpuUsage(start);
      return user + system;
    };
    await Promise.all([threads.run(request), bareImage(request)]);
    expect(await spent(() => threads.run(request))).toBeLessThan((await spent(() => bareImage(request))) / 3);
  });

  it('are two at most, however many pictures come', async () => {
    const threads = new BareThreads();
    const request = bareRequest('jpeg', files.jpeg, exif);
    const running = Promise.all(Array.from({ length: 8 }, () => threads.run(request)));
    let most = 0;
    const look = setInterval(() => (most = Math.max(most, threads.threads.length)), 1);
    const all = await running.finally(() => clearInterval(look));
    expect(new Set(all.map(({ bytes }) => bytes.toString('latin1'))).size).toBe(1);
    expect(most).toBe(2);
  });

  it('do not start for small pictures', async () => {
    const run = vi.spyOn(BareThreads.prototype, 'run');
    const small = await picture.clone().resize(400).jpeg().toBuffer();
    await rewritten('jpeg', small, null);
    expect(run).not.toHaveBeenCalled();
    await rewritten('jpeg', files.jpeg, null);
    expect(run).toHaveBeenCalledOnce();
    // Few bytes, many rows.
    const flat = await sharp({ create: { width: 3000, height: 3000, channels: 3, background: '#888' } })
      .png({ palette: true })
      .toBuffer();
    expect(flat.length).toBeLessThan(100_000);
    await rewritten('png', flat, null);
    expect(run).toHaveBeenCalledTimes(2);
    run.mockRestore();
  });
});

describe('a thread that does not end', () => {
  const filename = fileURLToPath(new URL('./odd-thread.ts', import.meta.url));
  const jpeg = () => bareRequest('jpeg', files.jpeg, null);

  it('is ended when its caller gives up, and the next has its place', async () => {
    const threads = new BareThreads({ filename });
    for (let i = 0; i < 3; i += 1) {
      const caller = new AbortController();
      const given = threads.run(jpeg(), caller.signal);
      const begun = new BroadcastChannel('odd-thread');
      begun.onmessage = () => caller.abort(new Error('enough'));
      await expect(given).rejects.toThrow('enough');
      begun.close();
    }
    // One waits for the next picture.
    await vi.waitFor(() => expect(threads.threads.length).toBeLessThanOrEqual(1), 5000);
  });

  it('is ended after a while', async () => {
    const threads = new BareThreads({ filename, timeoutMs: 2000 });
    await expect(threads.run(jpeg())).rejects.toMatchObject({ code: 'ANALYSIS_003' });
    // One waits for the next picture.
    await vi.waitFor(() => expect(threads.threads.length).toBeLessThanOrEqual(1), 5000);
  });

  it('and one that dies, cost only their own picture', async () => {
    const threads = new BareThreads({ filename });
    const png = bareRequest('png', files.png, null);
    await expect(threads.run(png)).rejects.toMatchObject({ code: 'ANALYSIS_005' });
    await expect(threads.run(png)).rejects.toMatchObject({ code: 'ANALYSIS_005' });
    expect((await bareImage(png)).bytes.length).toBeGreaterThan(0);
  });

  it('is not begun for a caller who has left', async () => {
    const threads = new BareThreads({ filename });
    await expect(threads.run(jpeg(), AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone');
    expect(threads.threads).toHaveLength(0);
  });
});
