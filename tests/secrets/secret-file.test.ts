import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { readSecretFile, removeSecretFile, writeSecretFile } from '../../src/secrets/secret-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'h200-secrets-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string, content: string | Buffer, mode = 0o600) => {
  const path = join(folder, name);
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
};
const why = (path: string) =>
  readSecretFile(path).then(
    () => null,
    (error: { code: string; message: string }) => `${error.code} ${error.message}`,
  );

it('reads a file, without the line break of an editor, through links as well', async () => {
  const path = at('plain', ' hush hush\n');
  expect(await readSecretFile(path)).toBe(' hush hush');
  symlinkSync(path, join(folder, 'link'));
  expect(await readSecretFile(join(folder, 'link'))).toBe(' hush hush');
  expect(await readSecretFile(at('windows', 'hush\r\n'))).toBe('hush');
});

it.each([
  ['nothing there', () => join(folder, 'nothing'), 'does not exist'],
  ['a folder', () => folder, 'is no file'],
  [
    'a pipe that nobody writes to',
    () => {
      execFileSync('mkfifo', [join(folder, 'pipe')]);
      return join(folder, 'pipe');
    },
    'is no file',
  ],
  ['64 KiB and more', () => at('large', 'x'.repeat(64 * 1024 + 1)), 'larger than 64 KiB'],
  ['nothing in it', () => at('empty', '\n'), 'It is empty'],
  ['bytes', () => at('bytes', Buffer.from([0xff, 0xfe, 0x00])), 'other things than text'],
  ['zero bytes', () => at('zero', 'a\0b'), 'other things than text'],
])('%s is refused with the reason', async (_name, make, reason) => {
  expect(await why(make())).toMatch(new RegExp(`^SECRET_001 .*${reason}`));
});

it("what others may change is refused, what others may read where it is this user's own", async () => {
  const user = vi.spyOn(process, 'getuid');
  const mine = statSync(at('mine', 'hush')).uid;
  user.mockReturnValue(mine === 0 ? 0 : mine);
  expect(await why(at('group-writes', 'hush', 0o620))).toContain('may be changed by others');
  expect(await why(at('all-write', 'hush', 0o602))).toContain('may be changed by others');
  // As another user than root: of one's own file.
  vi.spyOn(process, 'getuid').mockReturnValue(mine === 0 ? 0 : mine);
  const read = await why(at('all-read', 'hush', 0o644));
  expect(read).toEqual(mine === 0 ? null : expect.stringContaining('may be read by others'));
  // What another user (root, for a mounted secret) owns.
  user.mockReturnValue(mine + 1);
  expect(await why(at('mounted', 'hush', 0o444))).toBeNull();
  vi.restoreAllMocks();
});

it('writes whole and for this user alone, and removes', async () => {
  const path = join(folder, 'made');
  await writeSecretFile(path, 'one');
  await writeSecretFile(path, 'two');
  expect([readFileSync(path, 'utf8'), statSync(path).mode & 0o777]).toEqual(['two', 0o600]);
  await expect(writeSecretFile(join(folder, 'nowhere', 'x'), 'a')).rejects.toMatchObject({ code: 'SECRET_001' });
  expect([await removeSecretFile(path), await removeSecretFile(path)]).toEqual([true, false]);
});
