import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

it('a store that may not grow says that it is not writable, and names limits and space', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'h200-limited-'));
  try {
    const writer = fileURLToPath(new URL('limited-writer.ts', import.meta.url));
    const command = 'ulimit -f 6000; exec "$0" "$1" "$2"';
    const { stdout } = await promisify(execFile)('bash', [
      ...['-c', command, process.execPath, writer, join(folder, 'records.db')],
    ]);
    const full = { code: 'STORAGE_003', message: expect.stringContaining('a limit of its size') };
    expect(JSON.parse(stdout)).toEqual({ before: null, failed: full, after: full });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 60_000);
