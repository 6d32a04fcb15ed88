import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fetchModel } from '../../../src/vision/models/fetch-model.ts';
import type { ModelEntry } from '../../../src/vision/models/manifest.ts';
import { type Mirror, mirror, serve } from '../support/mirror.ts';
import { tinyEntry } from '../support/tiny-desk.ts';

const file = Buffer.alloc(300_000, 'model');
const entry = tinyEntry(file);
let folder: string;
let server: Mirror | null = null;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'h200-fetch-'));
});
afterEach(async () => {
  await server?.close();
  server = null;
  rmSync(folder, { recursive: true, force: true });
});

async function served(answer: Parameters<typeof mirror>[0], changes: Partial<ModelEntry> = {}): Promise<ModelEntry> {
  server = await mirror(answer);
  return { ...entry, urls: [`${server.url}/tiny.onnx`], ...changes };
}
const target = () => join(folder, 'tiny.onnx');
const part = () => `${target()}.part`;

describe('over HTTP', () => {
  it('downloads, checks and reports progress', async () => {
    const steps: number[] = [];
    const model = await served(serve(file));
    const result = await fetchModel(model, folder, {
      onProgress: ({ doneBytes, totalBytes }) => {
        expect(totalBytes).toBe(file.length);
        steps.push(doneBytes);
      },
    });
    expect(result).toEqual({
      name: 'tiny',
      path: target(),
      bytes: file.length,
      sha256: entry.sha256,
      fetched: true,
      resumedFrom: 0,
    });
    expect(readFileSync(target()).equals(file)).toBe(true);
    expect(steps.at(-1)).toBe(file.length);
    expect(existsSync(part())).toBe(false);
  });

  it('asks for nothing when the model is there', async () => {
    const model = await served(serve(file));
    writeFileSync(target(), file);
    expect(await fetchModel(model, folder)).toMatchObject({ fetched: false });
    expect(server!.ranges).toEqual([]);
  });

  it('goes on where it broke off', async () => {
    let calls = 0;
    const model = await served((request, response) => {
      if (calls++ > 0) return serve(file)(request, response);
      response.writeHead(200, { 'content-length': file.length });
      response.write(file.subarray(0, 100_000));
      // Only when some of it has reached the disk: how fast that is depends on the machine.
      const timer = setInterval(() => {
        if ((statSync(part(), { throwIfNoEntry: false })?.size ?? 0) === 0) return;
        clearInterval(timer);
        response.destroy();
      }, 5);
    });
    await expect(fetchModel(model, folder)).rejects.toMatchObject({
      code: 'SYSTEM_001',
      advice: expect.stringContaining('continues'),
    });
    expect(existsSync(target())).toBe(false);
    const kept = readFileSync(part()).length;
    expect(kept).toBeGreaterThan(0);
    expect(await fetchModel(model, folder)).toMatchObject({ fetched: true, resumedFrom: kept });
    expect(server!.ranges).toEqual([null, `bytes=${kept}-`]);
  });

  it('starts again when the server does not know ranges', async () => {
    writeFileSync(part(), file.subarray(0, 1000));
    const model = await served((_, response) => void response.writeHead(200).end(file));
    expect(await fetchModel(model, folder)).toMatchObject({ fetched: true, resumedFrom: 0 });
  });

  it('starts again when the part belongs to another file', async () => {
    writeFileSync(part(), Buffer.alloc(1000, 'x'));
    const model = await served(serve(file));
    expect(await fetchModel(model, folder)).toMatchObject({ fetched: true, resumedFrom: 0 });
    expect(server!.ranges).toEqual(['bytes=1000-', null]);
  });

  it.each([
    ['complete', file, 1],
    ['too long', Buffer.alloc(400_000, 'x'), 2],
  ])('takes a part that is %s', async (_, content, requests) => {
    writeFileSync(part(), content);
    const model = await served(serve(file));
    expect(await fetchModel(model, folder)).toMatchObject({ fetched: true });
    expect(server!.ranges).toHaveLength(requests);
  });

  it('replaces a damaged file', async () => {
    writeFileSync(target(), 'damaged');
    await fetchModel(await served(serve(file)), folder);
    expect(readFileSync(target()).equals(file)).toBe(true);
  });

  it('refuses another file and keeps nothing of it', async () => {
    const model = await served(serve(Buffer.alloc(file.length, 'other')));
    await expect(fetchModel(model, folder)).rejects.toMatchObject({ code: 'ANALYSIS_007' });
    expect(existsSync(target())).toBe(false);
    expect(existsSync(part())).toBe(false);
  });

  it('stops a file that is larger than the manifest says', async () => {
    const model = await served((_, response) => void response.writeHead(200).end(Buffer.alloc(2_000_000)));
    await expect(fetchModel(model, folder)).rejects.toMatchObject({ message: expect.stringContaining('larger') });
    expect(existsSync(target())).toBe(false);
  });

  it('asks the next address when one fails', async () => {
    const model = await served((request, response) => {
      if (request.url === '/gone.onnx') return void response.writeHead(404).end('<b>injected</b>');
      serve(file)(request, response);
    });
    const both = { ...model, urls: [`${server!.url}/gone.onnx`, ...model.urls] };
    expect(await fetchModel(both, folder)).toMatchObject({ fetched: true });
    const gone = fetchModel({ ...model, file: 'b.onnx', urls: both.urls.slice(0, 1) }, folder);
    await expect(gone).rejects.toMatchObject({ code: 'SYSTEM_001', message: expect.stringContaining('HTTP 404') });
  });

  it('gives up on a server that stalls', async () => {
    const model = await served((_, response) => void response.writeHead(200).write('x'));
    const stalled = fetchModel(model, folder, { stallMs: 50 });
    await expect(stalled).rejects.toMatchObject({ message: expect.stringContaining('stalled') });
  });

  it('stops when it is cancelled', async () => {
    const cancel = new AbortController();
    const model = await served((_, response) => {
      response.writeHead(200).write('x');
      cancel.abort();
    });
    const call = fetchModel(model, folder, { signal: cancel.signal });
    await expect(call).rejects.toMatchObject({ code: 'ANALYSIS_006' });
  });

  it('says plainly that nothing can be reached, and what to do', async () => {
    const model = await served(serve(file));
    await server!.close();
    await expect(fetchModel(model, folder)).rejects.toMatchObject({
      code: 'SYSTEM_001',
      message: expect.stringContaining('cannot be reached from this machine (ECONNREFUSED)'),
      advice: expect.stringContaining('models fetch tiny --from DIR'),
    });
  });

  it('names what to carry over by hand where a network is missing or refuses', async () => {
    const model = await served((_, response) => void response.writeHead(403).end());
    const refused = await fetchModel(model, folder).catch((error) => error);
    expect(refused.message).toMatch(/cannot be downloaded.*HTTP 403/);
    await server!.close();
    const offline = await fetchModel(model, folder).catch((error) => error);
    for (const { advice } of [refused, offline]) {
      expect(advice).toContain(model.urls[0]);
      expect(advice).toContain(`${file.length} bytes, sha256 ${entry.sha256}`);
      expect(advice).toContain(target());
      expect(advice).toContain('models verify tiny');
    }
  });
});

describe('--from', () => {
  it.each([
    ['a folder', (source: string) => source],
    ['a file address', (source: string) => pathToFileURL(source).href],
    ['the file itself', (source: string) => join(source, 'tiny.onnx')],
  ])('takes %s', async (_, from) => {
    const source = mkdtempSync(join(tmpdir(), 'h200-source-'));
    try {
      writeFileSync(join(source, 'tiny.onnx'), file);
      expect(await fetchModel(entry, folder, { from: from(source) })).toMatchObject({ fetched: true });
      expect(readFileSync(join(source, 'tiny.onnx')).equals(file)).toBe(true);
    } finally {
      rmSync(source, { recursive: true });
    }
  });

  it('takes the address of a mirror instead of those in the manifest', async () => {
    const model = await served(serve(file), { urls: [] });
    expect(await fetchModel(model, folder, { from: `${server!.url}/mirror/` })).toMatchObject({ fetched: true });
  });

  it('says when the folder does not hold the file', async () => {
    const call = fetchModel(entry, folder, { from: join(folder, 'empty') });
    await expect(call).rejects.toMatchObject({ message: 'There is no tiny.onnx in that folder.' });
  });

  it('is asked for where the manifest has no address', async () => {
    await expect(fetchModel(entry, folder)).rejects.toMatchObject({
      code: 'VALIDATION_002',
      advice: expect.stringMatching(`${entry.sha256}[^]*${target()}[^]*--from`),
    });
  });
});

describe('a licence with a notice', () => {
  const notice = 'These weights are AGPL-3.0.';

  it('must be accepted before anything is downloaded', async () => {
    const model = await served(serve(file), { notice, licence: 'AGPL-3.0' });
    await expect(fetchModel(model, folder)).rejects.toMatchObject({
      code: 'VALIDATION_002',
      message: expect.stringContaining(notice),
    });
    expect(server!.ranges).toEqual([]);
    expect(await fetchModel(model, folder, { acceptLicence: true })).toMatchObject({ fetched: true });
  });
});
