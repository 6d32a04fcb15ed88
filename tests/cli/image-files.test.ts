import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { imageFiles } from '../../src/cli/image-files.ts';
import { imageNames } from '../../src/cli/image-names.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'h200-pictures-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const at = (...names: string[]) => join(folder, ...names);

describe('names', () => {
  it.each([
    ['different ones stay', ['a/x.jpg', 'b/y.png'], ['x', 'y']],
    ['the folder tells them apart', ['a/x.jpg', 'b/x.jpg', 'b/y.jpg'], ['a-x', 'b-x', 'y']],
    ['the extension does', ['a/x.jpg', 'a/x.png'], ['a-x.jpg', 'a-x.png']],
    ['a number does', ['1/a/x.jpg', '2/a/x.jpg'], ['a-x', 'a-x-2']],
    ['one photo twice', ['a/x.jpg', 'a/x.jpg'], ['a-x', 'a-x-2']],
    ['capitals are no difference', ['a/X.jpg', 'b/x.jpg'], ['a-X', 'b-x']],
    ['a made name that another has', ['a/x.jpg', 'b/x.jpg', 'c/a-x.jpg'], ['a-x', 'b-x', 'a-x-2']],
    ['addresses', ['https://h.example/i/x.jpg?w=1', 'https://h.example/j/x.jpg?w=2'], ['i-x', 'j-x']],
  ])('%s', (_what, inputs, stems) => {
    expect(imageNames(inputs)).toEqual(stems.map((stem) => `${stem}.annotated.jpg`));
  });
});

describe('files', () => {
  it('never are an input', () => {
    writeFileSync(at('x.jpg'), '');
    writeFileSync(at('x.annotated.jpg'), '');
    symlinkSync(at('x.jpg'), at('link.jpg'));
    expect(() => imageFiles(at('x.jpg'), [at('x.jpg')])).toThrow('the photo itself');
    expect(() => imageFiles(at('link.jpg'), [at('x.jpg')])).toThrow('the photo itself');
    const files = imageFiles(folder, [at('x.jpg'), at('x.annotated.jpg')]);
    expect(files.map((f) => basename(f.path))).toEqual(['x-2.annotated.jpg', 'x.annotated.annotated.jpg']);
  });

  it.each([
    ['x.png', 'image/png'],
    ['x.webp', 'image/webp'],
    ['x.jpg', 'image/jpeg'],
    ['x.JPEG', 'image/jpeg'],
  ])('%s holds %s', (name, format) => {
    expect(imageFiles(at(name), [at('in.jpg')])).toEqual([{ path: at(name), format }]);
  });

  it.each(['x.gif', 'x.tiff', 'x', 'x.jpg.bak'])('%s is refused', (name) => {
    expect(() => imageFiles(at(name), [at('in.jpg')])).toThrow('does not end as an image');
  });

  it('need a folder for several images, which is made', () => {
    const inputs = [at('a.jpg'), at('b.jpg')];
    expect(() => imageFiles(at('out.jpg'), inputs)).toThrow('a folder is needed');
    expect(existsSync(at('out.jpg'))).toBe(false);
    expect(imageFiles(at('new', 'out'), inputs).map((f) => f.path)).toEqual([
      at('new', 'out', 'a.annotated.jpg'),
      at('new', 'out', 'b.annotated.jpg'),
    ]);
    expect(existsSync(at('new', 'out'))).toBe(true);
  });

  it('must have a folder to lie in', () => {
    writeFileSync(at('file'), '');
    expect(() => imageFiles(at('none', 'x.jpg'), [at('in.jpg')])).toThrow('cannot be written');
    expect(() => imageFiles(at('file', 'x.jpg'), [at('in.jpg')])).toThrow('cannot be written');
    expect(() => imageFiles(at('file', 'out'), [at('a.jpg'), at('b.jpg')])).toThrow('cannot be written');
  });

  it('go into a folder that is there, whatever its name', () => {
    mkdirSync(at('out.jpg'));
    expect(imageFiles(at('out.jpg'), [at('a.png')])).toEqual([
      { path: at('out.jpg', 'a.annotated.jpg'), format: 'image/jpeg' },
    ]);
  });
});
