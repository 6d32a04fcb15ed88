import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { createDiskBlobs } from '../../src/storage/disk/blobs.ts';

it('keeps an image that several processes store and delete all the time for whoever needs it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'h200-shared-'));
  const script = fileURLToPath(new URL('./image-sharer.ts', import.meta.url));
  const reports = await Promise.all(
    ['ann', 'ben', 'cleo'].map(async (name) => {
      const [report] = await once(fork(script, [folder, name, '60']), 'message');
      return report as { key: string; lost: number };
    }),
  );
  expect(reports.map(({ lost }) => lost)).toEqual([0, 0, 0]);
  expect(await createDiskBlobs(join(folder, 'blobs')).stat(reports[0]!.key)).toMatchObject({ size: 9 });
  rmSync(folder, { recursive: true, force: true });
});
