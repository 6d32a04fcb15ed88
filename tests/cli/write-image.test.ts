import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { annotateImage } from '../../src/annotate/draw.ts';
import type { EncodedImage } from '../../src/annotate/encoded-image.ts';
import { inFormat } from '../../src/annotate/format.ts';
import { imageFiles } from '../../src/cli/image-files.ts';
import { isOwnImage } from '../../src/cli/own-image.ts';
import { imageWriter } from '../../src/cli/write-image.ts';
import { run } from '../../src/main.ts';
import { DESK, DESK_VERDICTS } from '../annotate/scenes.ts';
import { sampleAnalysis } from '../support/samples.ts';

let drawn: EncodedImage;
/** Called between the beginning of a call and the moment when its image is written. */
let between: () => void;
vi.mock('../../src/cli/with-app.ts', () => ({
  withApp: (command: (app: unknown) => unknown) =>
    command({
      services: {
        analyses: {
          analyze: async () => sampleAnalysis(),
          annotatedImage: async () => {
            between();
            return drawn;
          },
        },
      },
    }),
}));

beforeAll(async () => {
  const background = '#446688';
  const bytes = await sharp({ create: { width: 400, height: 300, channels: 3, background } })
    .jpeg()
    .toBuffer();
  drawn = await annotateImage({ bytes, width: 400, height: 300 }, DESK, DESK_VERDICTS, [], {
    maxSize: 400,
    maxBytes: 1e6,
  });
});

const PHOTO = 'the only copy of a photo';
let folder: string;
let photo: string;
let said: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'h200-annotate-')));
  photo = join(folder, 'desk.jpg');
  writeFileSync(photo, PHOTO);
  between = () => {};
  said = '';
  const written = (text: unknown) => {
    said += String(text);
    return true;
  };
  vi.spyOn(process.stdout, 'write').mockImplementation(written);
  vi.spyOn(process.stderr, 'write').mockImplementation(written);
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});
const at = (...names: string[]) => join(folder, ...names);
const annotate = (target: string, ...photos: string[]) => run(['analyze', ...photos, '--annotate', target]);

afterEach(() => {
  if (existsSync(photo)) expect(readFileSync(photo, 'utf8')).toBe(PHOTO);
  const left = existsSync(folder) ? readdirSync(folder, { recursive: true }).map(String) : [];
  expect(left.filter((name) => name.endsWith('.part'))).toEqual([]);
});

describe('the photo itself is never written', () => {
  it.each<[string, () => string]>([
    ['by its name', () => photo],
    ['from here', () => relative(process.cwd(), photo)],
    ['in a long form', () => `${folder}/./sub/..//desk.jpg`],
    [
      'through a link',
      () => {
        symlinkSync(photo, at('out.jpg'));
        return at('out.jpg');
      },
    ],
    [
      'through links of folders',
      () => {
        symlinkSync(folder, at('way'));
        return at('way', 'desk.jpg');
      },
    ],
    [
      'by its other name',
      () => {
        linkSync(photo, at('out.jpg'));
        return at('out.jpg');
      },
    ],
  ])('%s', async (_, name) => {
    mkdirSync(at('sub'));
    expect(await annotate(name(), photo)).toBe(2);
    expect(said).toContain('VALIDATION_002');
  });

  it.each<[string, (out: string) => void]>([
    ['a link', (out) => symlinkSync(photo, out)],
    ['another name of it', (out) => linkSync(photo, out)],
  ])('where the target becomes %s meanwhile', async (_, make) => {
    between = () => make(at('out.jpg'));
    expect(await annotate(at('out.jpg'), photo)).toBe(2);
    expect(said).toContain('left as it is');
  });

  it('also when it is an annotated image', async () => {
    writeFileSync(at('mine.jpg'), drawn.bytes);
    expect(await annotate(at('mine.jpg'), at('mine.jpg'))).toBe(2);
    expect(await annotate(folder, at('mine.jpg'))).toBe(0);
    expect(readFileSync(at('mine.jpg'))).toEqual(drawn.bytes);
  });
});

describe('what has the name already', () => {
  const linkTo = (content: string | Uint8Array, name: string) => {
    writeFileSync(at('far'), content);
    symlinkSync(at('far'), name);
  };

  it.each([
    ['a file of another kind', (out: string) => writeFileSync(out, 'a letter')],
    ['a photo that is not of this call', (out: string) => writeFileSync(out, 'another photo')],
    ['a link to a file', (out: string) => linkTo('far', out)],
    ['a link that leads nowhere', (out: string) => symlinkSync(at('nowhere'), out)],
    ['a link to an annotated image', (out: string) => linkTo(drawn.bytes, out)],
  ])('%s is left as it is, from the start and in between', async (_, make) => {
    make(at('out.jpg'));
    const before = [lstatSync(at('out.jpg')).ino, existsSync(at('out.jpg')) && readFileSync(at('out.jpg'))];
    const asked = vi.fn();
    between = asked;
    expect(await annotate(at('out.jpg'), photo)).toBe(2);
    expect(said).toContain('left as it is');
    // Before anything was computed.
    expect(asked).not.toHaveBeenCalled();
    expect([lstatSync(at('out.jpg')).ino, existsSync(at('out.jpg')) && readFileSync(at('out.jpg'))]).toEqual(before);
    rmSync(at('far'), { force: true });
    between = () => make(at('late.jpg'));
    expect(await annotate(at('late.jpg'), photo)).toBe(2);
    expect(existsSync(at('nowhere'))).toBe(false);
  });

  it.each(['out.jpg', 'out.png', 'out.webp'])('an annotated image of an earlier call is replaced: %s', async (name) => {
    expect(await annotate(at(name), photo)).toBe(0);
    const first = lstatSync(at(name));
    expect(await annotate(at(name), photo)).toBe(0);
    expect(lstatSync(at(name)).ino).not.toBe(first.ino);
    const format = { jpg: 'jpeg', png: 'png', webp: 'webp' }[name.slice(4)];
    expect((await sharp(readFileSync(at(name))).metadata()).format).toBe(format);
  });

  it('in a folder another name is taken for what is no annotated image', async () => {
    mkdirSync(at('out'));
    writeFileSync(at('out', 'desk.annotated.jpg'), 'a letter');
    expect(await annotate(at('out'), photo)).toBe(0);
    expect(readFileSync(at('out', 'desk.annotated.jpg'), 'utf8')).toBe('a letter');
    expect(await annotate(at('out'), photo)).toBe(0);
    expect(readdirSync(at('out')).sort()).toEqual(['desk-2.annotated.jpg', 'desk.annotated.jpg']);
  });
});

describe('results of one call', () => {
  it('all have their own file, also where names differ in case alone', async () => {
    for (const folders of ['a', 'A', 'b']) mkdirSync(at(folders), { recursive: true });
    const photos = [at('a', 'x.jpg'), at('A', 'X.jpg'), at('b', 'x.png'), at('b', 'x.jpg')];
    for (const path of photos) writeFileSync(path, PHOTO);
    expect(await annotate(at('out'), ...photos, photos[0]!)).toBe(0);
    const names = readdirSync(at('out'));
    expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(5);
  });

  it('never replace each other', async () => {
    const write = imageWriter([photo]);
    await write(at('out.jpg'), drawn.bytes);
    await expect(write(at('out.jpg'), drawn.bytes)).rejects.toMatchObject({ code: 'VALIDATION_002' });
  });
});

it('what cannot be written leaves nothing', async () => {
  const write = imageWriter([photo]);
  mkdirSync(at('out.jpg'));
  await expect(write(at('out.jpg'), drawn.bytes)).rejects.toMatchObject({ code: 'VALIDATION_002' });
  await expect(write(at('none', 'out.jpg'), drawn.bytes)).rejects.toMatchObject({ code: 'VALIDATION_002' });
  expect(readdirSync(folder).sort()).toEqual(['desk.jpg', 'out.jpg']);
});

it.each(['image/jpeg', 'image/png', 'image/webp'] as const)(
  'an annotated image says what it is: %s',
  async (format) => {
    const path = at('it');
    writeFileSync(path, (await inFormat(drawn, format)).bytes);
    expect(isOwnImage(path)).toBe(true);
    writeFileSync(path, await sharp(drawn.bytes).jpeg().toBuffer());
    expect(isOwnImage(path)).toBe(false);
    expect(isOwnImage(folder)).toBe(false);
    expect(imageFiles(at('new.png'), [photo]).map((file) => basename(file.path))).toEqual(['new.png']);
  },
);
