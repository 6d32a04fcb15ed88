import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { pathOfFileUrl, readImageFile } from '../../src/image/file.ts';
import { refusal } from './test-images.ts';

const base = realpathSync(mkdtempSync(join(tmpdir(), 'h200-files-')));
const root = join(base, 'photos');
const linkedRoot = join(base, 'link-to-photos');
mkdirSync(join(root, 'deep'), { recursive: true });
mkdirSync(join(base, 'photos-private'));
mkdirSync(join(base, 'secret'));
writeFileSync(join(root, 'desk.jpg'), 'desk');
writeFileSync(join(root, 'deep', 'er.jpg'), 'deeper');
writeFileSync(join(root, '..odd name.jpg'), 'odd');
writeFileSync(join(root, 'big.jpg'), Buffer.alloc(1001));
writeFileSync(join(root, 'empty.jpg'), '');
writeFileSync(join(base, 'photos-private', 'a.jpg'), 'secret');
writeFileSync(join(base, 'secret', 'a.jpg'), 'secret');
symlinkSync(root, linkedRoot);
symlinkSync(join(base, 'secret', 'a.jpg'), join(root, 'escape.jpg'));
symlinkSync(join(base, 'secret'), join(root, 'escape-folder'));
symlinkSync('/dev/zero', join(root, 'zero.jpg'));
symlinkSync(join(root, 'deep', 'er.jpg'), join(root, 'fine.jpg'));
symlinkSync(join(root, 'loop.jpg'), join(root, 'loop.jpg'));
afterAll(() => rmSync(base, { recursive: true, force: true }));

const read = (path: string, roots: readonly string[] = [root]) => readImageFile(path, roots, 1000);
const text = async (path: string, roots?: readonly string[]) => (await read(path, roots)).toString();

describe('files inside the allowed folders', () => {
  it.each([
    [join(root, 'desk.jpg'), 'desk'],
    [join(root, 'deep', '..', 'desk.jpg'), 'desk'],
    [join(root, '..odd name.jpg'), 'odd'],
    [join(root, 'fine.jpg'), 'deeper'],
    [join(linkedRoot, 'desk.jpg'), 'desk'],
    [`deep${sep}er.jpg`, 'deeper'],
  ])('%s', async (path, content) => expect(await text(path)).toBe(content));

  it('through a root that is itself a link', async () => {
    expect(await text(join(linkedRoot, 'desk.jpg'), [linkedRoot])).toBe('desk');
    expect(await text(join(root, 'desk.jpg'), [linkedRoot])).toBe('desk');
  });
  it('through a root with a slash at its end, and one of several roots', async () => {
    expect(await text(join(root, 'desk.jpg'), [join(base, 'missing'), `${root}${sep}`])).toBe('desk');
  });
  it('an empty file is read as empty', async () => expect(await text(join(root, 'empty.jpg'))).toBe(''));
});

describe('files outside', () => {
  const OUTSIDE = [
    join(base, 'secret', 'a.jpg'),
    join(base, 'secret', 'missing.jpg'),
    join(base, 'photos-private', 'a.jpg'),
    `${root}${sep}..${sep}secret${sep}a.jpg`,
    `${root}${sep}deep${sep}..${sep}..${sep}secret${sep}a.jpg`,
    join(root, 'escape.jpg'),
    join(root, 'escape-folder', 'a.jpg'),
    join(root, 'zero.jpg'),
    '/etc/passwd',
    '/etc/no-such-file',
    '/proc/self/environ',
    '/dev/zero',
    '~/.ssh/id_rsa',
    '..',
    '../../../../../../etc/passwd',
  ];
  it.each(OUTSIDE)('%s is refused', async (path) => {
    const error = await refusal(read(path));
    expect(error.code).toBe('VALIDATION_007');
    expect(error.details.allowed_roots).toEqual([root]);
    expect(error.advice).toMatch(/H200_ALLOWED_ROOTS.*https URL.*data URL/);
  });

  it('gives the same answer whether the file exists or not', async () => {
    const there = await refusal(read(join(base, 'secret', 'a.jpg')));
    const missing = await refusal(read(join(base, 'secret', 'b.jpg')));
    expect({ ...missing.toJSON(), details: 0 }).toEqual({ ...there.toJSON(), details: 0 });
  });

  it('names no path but the given one and the allowed folders', async () => {
    for (const path of [join(root, 'escape.jpg'), 'no-such.jpg', '~/x.jpg']) {
      const shown = JSON.stringify((await refusal(read(path))).toJSON());
      expect(shown).not.toContain('secret');
      expect(shown).not.toContain(process.cwd());
      if (homedir().length > 1) expect(shown).not.toContain(homedir());
    }
  });

  it('without any root nothing is readable', async () => {
    expect((await refusal(read(join(root, 'desk.jpg'), []))).code).toBe('VALIDATION_007');
  });
});

describe('what is not a readable file', () => {
  it.each([
    ['a folder', root, 'a folder'],
    ['a missing file', join(root, 'no-such.jpg'), 'no such file'],
    ['a path through a file', join(root, 'desk.jpg', 'x'), 'no such file'],
    ['a link in a circle', join(root, 'loop.jpg'), 'circle'],
    ['a zero byte', `${root}${sep}a\0.jpg`, 'zero byte'],
    ['a name that is too long', join(root, 'n'.repeat(300)), 'too long'],
  ])('%s', async (_, path, words) => {
    const error = await refusal(read(path));
    expect(error.code).toBe('VALIDATION_006');
    expect(error.message).toContain(words);
  });

  it('a file over the limit', async () => {
    expect((await refusal(read(join(root, 'big.jpg')))).code).toBe('VALIDATION_004');
  });

  it('a device, even when its folder is allowed', async () => {
    for (const device of ['/dev/zero', '/dev/tty', '/dev/null']) {
      expect((await refusal(read(device, ['/dev']))).code).toBe('VALIDATION_006');
    }
  });

  it('an endless file of the system, even when allowed', async () => {
    const error = await refusal(readImageFile('/proc/self/pagemap', ['/proc'], 1000));
    expect(error.code).toMatch(/VALIDATION_00[46]/);
  });

  it.skipIf(process.platform === 'win32')('a pipe, without waiting for a writer', async () => {
    execFileSync('mkfifo', [join(root, 'pipe.jpg')]);
    expect((await refusal(read(join(root, 'pipe.jpg')))).message).toContain('not a regular file');
  });

  it('a socket', async () => {
    const path = join(root, 's.jpg');
    const server = createServer().listen(path);
    await new Promise((done) => server.once('listening', done));
    expect((await refusal(read(path))).code).toBe('VALIDATION_006');
    server.close();
  });

  it.skipIf(process.getuid?.() === 0)('a file without rights (skipped for root, who may read all)', async () => {
    writeFileSync(join(root, 'locked.jpg'), 'x');
    chmodSync(join(root, 'locked.jpg'), 0);
    expect((await refusal(read(join(root, 'locked.jpg')))).message).toContain('rights');
  });
});

describe('file URLs', () => {
  it('become paths', () =>
    expect(pathOfFileUrl(pathToFileURL(join(root, 'a b.jpg')).href)).toBe(join(root, 'a b.jpg')));
  it.each(['file://host/a.jpg', 'file:///a%2fb', 'file:///%00'])('%s is refused', async (url) => {
    const error = await refusal(Promise.resolve().then(() => readImageFile(pathOfFileUrl(url), [root], 1000)));
    expect(error.code).toBe('VALIDATION_006');
  });
});
