import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { createDiskBlobs } from '../../src/storage/disk/blobs.ts';
import { ANY_AGE } from '../storage/blobs.contract.ts';

it('keeps an image that several processes store and delete at once exactly as long as one of them needs it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'h200-shared-'));
  const script = fileURLToPath(new URL('./image-sharer.ts', import.meta.url));
  const begin = String(Date.now() + 1500);
  const reports = await Promise.all(
    ['ann', 'ben', 'cleo'].map(async (name) => {
      const [report] = await once(fork(script, [folder, name, begin, '80']), 'message');
      return report as { kept: string[]; missed: string[] };
    }),
  );
  expect(reports.flatMap(({ missed }) => missed)).toEqual([]);
  const needed = new Set(reports.flatMap(({ kept }) => kept));
  const stored: string[] = [];
  const blobs = createDiskBlobs(join(folder, 'blobs'));
  for await (const key of blobs.list({ prefix: 'image/', olderThanMs: ANY_AGE })) stored.push(key);
  expect(stored.toSorted()).toEqual([...needed].toSorted());
  rmSync(folder, { recursive: true, force: true });
});
