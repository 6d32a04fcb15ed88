import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Blobs, ListOptions } from '../../src/ports/blobs.ts';
import { type ByteSource, readAll } from '../../src/ports/byte-stream.ts';

export interface OpenedBlobs {
  readonly blobs: Blobs;
  /** What an unfinished put or delete may have left. */
  readonly leftovers: () => string[] | Promise<string[]>;
  readonly close: () => void;
}

const MAX = 10_000_000;
/** Also what is a moment younger: the store's clock may be another one. */
export const ANY_AGE = -60_000;
const limits = { maxBytes: MAX };

/** What every blob store must do; run by each adapter. */
export function blobsContract(name: string, open: () => OpenedBlobs): void {
  describe(`blobs: ${name}`, () => {
    let store: OpenedBlobs;
    let blobs: Blobs;
    beforeEach(() => {
      store = open();
      blobs = store.blobs;
    });
    afterEach(async () => {
      expect(await store.leftovers()).toEqual([]);
      store.close();
    });

    const bytesOf = async (key: string) => {
      const blob = await blobs.get(key);
      return blob && readAll(blob.stream, MAX);
    };
    const keys = async (options: Partial<ListOptions> = {}) => {
      const found: string[] = [];
      for await (const key of blobs.list({ prefix: '', olderThanMs: ANY_AGE, ...options })) found.push(key);
      return found.toSorted();
    };
    const put = (key: string, source: ByteSource = Buffer.from(key), options: object = {}) =>
      blobs.put(key, source, 'text/plain', { ...limits, ...options });

    it('gives back bytes, size and type, replaces, and deletes once', async () => {
      const bytes = Buffer.from([0, 10, 255, 10, 13, 0]);
      expect(await blobs.put('image/x', bytes, 'image/jpeg', limits)).toBe(6);
      const blob = await blobs.get('image/x');
      expect(blob).toMatchObject({ size: 6, contentType: 'image/jpeg' });
      blob?.stream.destroy();
      expect(await blobs.stat('image/x')).toEqual({ size: 6, contentType: 'image/jpeg' });
      expect(await bytesOf('image/x')).toEqual(bytes);
      await blobs.put('image/x', Buffer.from('new'), 'image/png', limits);
      expect(await blobs.stat('image/x')).toEqual({ size: 3, contentType: 'image/png' });
      expect((await bytesOf('image/x'))?.toString()).toBe('new');
      expect(await blobs.delete('image/x')).toBe(true);
      expect(await blobs.delete('image/x')).toBe(false);
      expect(await blobs.get('image/x')).toBeUndefined();
      expect(await blobs.stat('image/x')).toBeUndefined();
    });

    it('takes any key and an empty blob', async () => {
      for (const key of [
        '../../escape',
        '/etc/passwd',
        'a\0b',
        'ü\n{"key":1}',
        '',
        'x'.repeat(800),
        '..',
        'a//b/./c/',
        '%',
        '%25',
      ]) {
        await put(key);
        expect((await bytesOf(key))?.toString()).toBe(key);
      }
      expect(await put('empty', Buffer.alloc(0))).toBe(0);
      expect(await bytesOf('empty')).toEqual(Buffer.alloc(0));
    });

    it('stores and reads streams of several megabytes in pieces', async () => {
      const piece = Buffer.alloc(300_000, 'piece');
      const source = Readable.from(Array.from({ length: 20 }, () => piece));
      expect(await put('large', source)).toBe(6_000_000);
      const blob = await blobs.get('large');
      let pieces = 0;
      let total = 0;
      for await (const chunk of blob!.stream) {
        pieces += 1;
        total += chunk.length;
      }
      expect(total).toBe(6_000_000);
      expect(pieces).toBeGreaterThan(5);
    });

    it.each([
      ['bytes', () => Buffer.alloc(1001)],
      ['a stream that has more than it says', () => Readable.from([Buffer.alloc(600), Buffer.alloc(600)])],
    ])('refuses %s above maxBytes and keeps what was there', async (_name, source) => {
      await put('k', Buffer.from('old'));
      const refused = put('k', source(), { maxBytes: 1000 });
      await expect(refused).rejects.toMatchObject({ code: 'VALIDATION_004', details: { max_bytes: 1000 } });
      expect((await bytesOf('k'))?.toString()).toBe('old');
      expect(await put('k', Buffer.alloc(1000), { maxBytes: 1000 })).toBe(1000);
    });

    it('passes on the error of a source and leaves nothing', async () => {
      const broken = new Error('the upload broke');
      const source = async function* () {
        yield Buffer.from('half');
        throw broken;
      };
      await expect(put('k', source())).rejects.toBe(broken);
      expect(await blobs.get('k')).toBeUndefined();
    });

    it('leaves nothing when it is aborted, also while the source gives nothing, and closes the source', async () => {
      const silent = new Readable({ read() {} });
      silent.push('half');
      const controller = new AbortController();
      const reason = new Error('gave up');
      const waiting = put('k', silent, { signal: controller.signal });
      setTimeout(() => controller.abort(reason), 30);
      await expect(waiting).rejects.toBe(reason);
      expect(silent.destroyed).toBe(true);
      await expect(put('k', Buffer.from('v'), { signal: controller.signal })).rejects.toBe(reason);
      expect(await blobs.get('k')).toBeUndefined();
      await expect(blobs.get('k', { signal: controller.signal })).rejects.toBe(reason);
    });

    it('ends a read that is aborted, before its first byte and in the middle', async () => {
      await put('k', Buffer.alloc(4_000_000));
      const controller = new AbortController();
      const [unread, read] = [
        await blobs.get('k', { signal: controller.signal }),
        await blobs.get('k', { signal: controller.signal }),
      ];
      const reason = new Error('gave up');
      let total = 0;
      const reading = (async () => {
        for await (const chunk of read!.stream) {
          total += chunk.length;
          controller.abort(reason);
          await sleep(5);
        }
      })();
      await expect(reading).rejects.toBe(reason);
      expect(total).toBeLessThan(4_000_000);
      await expect(readAll(unread!.stream, MAX)).rejects.toBe(reason);
    });

    it('goes on giving a reader what it began with while the blob is replaced and deleted', async () => {
      await put('k', Buffer.alloc(2_000_000, 'a'));
      const before = await blobs.get('k');
      await put('k', Buffer.from('new'));
      await blobs.delete('k');
      expect((await readAll(before!.stream, MAX)).equals(Buffer.alloc(2_000_000, 'a'))).toBe(true);
    });

    it('shows one whole blob or the other when many write at once', async () => {
      const contents = Array.from({ length: 8 }, (_, n) => Buffer.alloc(200_000, String(n)));
      const reads: Promise<Buffer | undefined>[] = [];
      await Promise.all(
        contents.map(async (bytes) => {
          await put('k', bytes);
          reads.push(bytesOf('k'));
        }),
      );
      for (const bytes of await Promise.all(reads)) expect(contents.some((one) => bytes?.equals(one))).toBe(true);
    });

    it('deletes only what is not in use when nobody sees it any more', async () => {
      await put('k');
      const seen: unknown[] = [];
      const inUse = (answer: boolean) => async () => {
        seen.push(await blobs.stat('k'));
        return answer;
      };
      expect(await blobs.delete('k', inUse(true))).toBe(false);
      expect((await bytesOf('k'))?.toString()).toBe('k');
      const failed = new Error('the store is gone');
      await expect(blobs.delete('k', () => Promise.reject(failed))).rejects.toBe(failed);
      expect((await bytesOf('k'))?.toString()).toBe('k');
      expect(await blobs.delete('k', inUse(false))).toBe(true);
      expect(seen).toEqual([undefined, undefined]);
      expect(await bytesOf('k')).toBeUndefined();
    });

    it.each([true, false])('keeps the newer blob that came during a delete (in use: %s)', async (used) => {
      await put('k', Buffer.from('old'));
      await blobs.delete('k', async () => {
        await put('k', Buffer.from('new'));
        return used;
      });
      expect((await bytesOf('k'))?.toString()).toBe('new');
    });

    it('lists keys by prefix and age', async () => {
      for (const key of ['image/1', 'image/2', 'export/1']) await put(key);
      expect(await keys()).toEqual(['export/1', 'image/1', 'image/2']);
      expect(await keys({ prefix: 'image/' })).toEqual(['image/1', 'image/2']);
      expect(await keys({ olderThanMs: 60_000 })).toEqual([]);
      await expect(keys({ signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
    });

    it('leaves what is whole alone when it tidies up', async () => {
      await put('k');
      expect(await blobs.tidy({ olderThanMs: ANY_AGE, limit: 100 })).toEqual({ removed: 0, restored: 0 });
      expect((await bytesOf('k'))?.toString()).toBe('k');
    });
  });
}
