import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createImageIntake } from '../../src/image/intake.ts';
import { refusal, testImage } from './test-images.ts';

const base = realpathSync(mkdtempSync(join(tmpdir(), 'h200-paths-')));
const root = join(base, 'photos');
const secret = join(base, 'secret');
const intake = createImageIntake({ allowedRoots: [root] });
const NARROW = '\u202f';
const NO_BREAK = '\u00a0';
/** One accent as a sign of its own, as macOS writes it, and both in one, as keyboards do. */
const [APART, COMPOSED] = ['Mo\u0308bel', 'M\u00f6bel'];

function put(...path: string[]): string {
  const file = join(...path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, bytes);
  return file;
}
let bytes: Buffer;

beforeAll(async () => {
  bytes = await testImage('jpeg');
  put(root, 'desk.jpg');
  put(root, 'my desk.jpg');
  put(root, 'my desk #1?.jpg');
  put(root, '100% done.jpg');
  put(root, 'literal%20name.jpg');
  put(root, 'literal name.jpg');
  put(root, 'My Pictures', 'desk (1).jpg');
  put(root, `Screenshot 2026-11-20 at 4.05.12${NARROW}PM.png`);
  put(root, `IMG${NO_BREAK}0001.jpg`);
  put(root, APART, 'Schreibtisch.jpg');
  put(root, 'composed', `${COMPOSED}.jpg`);
  put(root, 'twins', `a${NARROW}b.jpg`);
  put(root, 'twins', `a${NO_BREAK}b.jpg`);
  put(root, 'both', `${APART}.jpg`);
  put(root, 'both', `${COMPOSED}.jpg`);
  put(root, 'signs', 'Kate\u2019s desk \u2013 evening.jpg');
  put(root, 'signs', '\u200eWhatsApp Image.jpg');
  for (let i = 0; i < 9; i += 1) put(root, 'many', `x${String.fromCharCode(0x2000 + i)}y.jpg`);
  put(secret, `look${NARROW}alike.jpg`);
  put(base, 'photos-private', `look${NARROW}alike.jpg`);
  symlinkSync(secret, join(root, 'way-out'));
  symlinkSync(join(secret, `look${NARROW}alike.jpg`), join(root, `look${NARROW}alike.jpg`));
  mkdirSync(join(root, 'mixed'));
  symlinkSync(join(secret, `look${NARROW}alike.jpg`), join(root, 'mixed', `one${NARROW}two.jpg`));
  put(root, 'mixed', `one${NO_BREAK}two.jpg`);
});
afterAll(() => rmSync(base, { recursive: true, force: true }));
afterEach(() => vi.unstubAllEnvs());

describe('a path that is written in another way', () => {
  const url = (path: string) => pathToFileURL(join(root, path)).href;
  it.each([
    ['as it is', join(root, 'my desk.jpg'), 'my desk.jpg'],
    ['with %20', join(root, 'my%20desk.jpg'), 'my desk.jpg'],
    ['with %20 in a folder', join(root, 'My%20Pictures', 'desk%20(1).jpg'), 'desk (1).jpg'],
    ['with %20, below an allowed folder', 'My%20Pictures/desk%20%281%29.jpg', 'desk (1).jpg'],
    ['with %20 in its name', join(root, 'literal%20name.jpg'), 'literal%20name.jpg'],
    ['with a per cent sign', join(root, '100% done.jpg'), '100% done.jpg'],
    ['as a file URL', url('my desk.jpg'), 'my desk.jpg'],
    ['as a file URL with raw spaces', `file://${root}/my desk.jpg`, 'my desk.jpg'],
    ['as a file URL of localhost', `file://localhost${root}/my desk.jpg`, 'my desk.jpg'],
    ['as a file URL with one slash', `file:${root}/my%20desk.jpg`, 'my desk.jpg'],
    ['as a file URL with a raw # and ?', `file://${root}/my desk #1?.jpg`, 'my desk #1?.jpg'],
    ['as a file URL with a raw # and %20', `file://${root}/my%20desk%20#1?.jpg`, 'my desk #1?.jpg'],
    ['as a file URL with a raw per cent sign', `file://${root}/100% done.jpg`, '100% done.jpg'],
    ['as a file URL of a name with %20', url('literal%20name.jpg'), 'literal%20name.jpg'],
    ['in single quotes', `'${join(root, 'my desk.jpg')}'`, 'my desk.jpg'],
    ['in double quotes', `"${join(root, 'my%20desk.jpg')}"`, 'my desk.jpg'],
    ['dragged into a terminal', join(root, 'My\\ Pictures', 'desk\\ \\(1\\).jpg'), 'desk (1).jpg'],
  ])('%s', async (_, written, label) => {
    const image = await intake.open(written);
    expect(image.label).toBe(label);
    expect(image.warnings).toBeUndefined();
  });

  it.each(['~/desk.jpg', '~/My Pictures/desk (1).jpg', '~/my%20desk.jpg', 'file://~/my desk.jpg'])(
    '%s, with the home folder for ~',
    async (written) => {
      vi.stubEnv('HOME', root);
      vi.stubEnv('USERPROFILE', root);
      expect((await intake.open(written)).width).toBe(64);
    },
  );

  it('~ alone is a folder', async () => {
    vi.stubEnv('HOME', root);
    vi.stubEnv('USERPROFILE', root);
    expect((await refusal(intake.open('~'))).message).toContain('a folder');
  });
});

describe('the only look-alike is taken and named', () => {
  it.each([
    ['a plain space for a narrow one', `Screenshot 2026-11-20 at 4.05.12 PM.png`, String.raw`4.05.12\u202fPM.png`],
    ['a no-break space for a narrow one', `Screenshot 2026-11-20 at 4.05.12${NO_BREAK}PM.png`, String.raw`\u202fPM`],
    ['%20 for a narrow one', 'Screenshot%202026-11-20%20at%204.05.12%20PM.png', String.raw`\u202fPM`],
    ['a plain space for a no-break one', 'IMG 0001.jpg', String.raw`IMG\u00a00001.jpg`],
    ['a narrow space for a plain one', `my${NARROW}desk.jpg`, 'my desk.jpg'],
    [
      'an accent in one sign for two, in a folder',
      `${COMPOSED}/Schreibtisch.jpg`,
      String.raw`Mo\u0308bel/Schreibtisch.jpg`,
    ],
    ['an accent in two signs for one', `composed/${APART}.jpg`, `composed/${COMPOSED}.jpg`],
    ['plain quotes and dashes', "signs/Kate's desk - evening.jpg", 'signs/Kate\u2019s desk \u2013 evening.jpg'],
    ['a mark that is not seen', 'signs/WhatsApp Image.jpg', String.raw`signs/\u200eWhatsApp Image.jpg`],
  ])('%s', async (_, written, named) => {
    for (const source of [join(root, written), written]) {
      const image = await intake.open(source);
      expect(image.bytes.equals(bytes)).toBe(true);
      expect(image.warnings).toHaveLength(1);
      expect(image.warnings?.[0]).toMatch(/^There is no file named exactly ".+"; the only one .* was taken: ".+"\.$/);
      expect(image.warnings?.[0]).toContain(named);
    }
  });

  it('by a file URL too, and when the allowed folder itself is written in another way', async () => {
    expect((await intake.open(`file://${root}/IMG%200001.jpg`)).warnings).toHaveLength(1);
    const own = createImageIntake({ allowedRoots: [join(root, APART)] });
    expect((await own.open(join(root, COMPOSED, 'Schreibtisch.jpg'))).width).toBe(64);
  });

  it('a file of exactly the name comes first', async () => {
    const exact = await intake.open(join(root, 'both', `${COMPOSED}.jpg`));
    expect(exact.warnings).toBeUndefined();
  });
});

describe('several look-alikes are named, and none is taken', () => {
  it('two', async () => {
    const error = await refusal(intake.open(join(root, 'twins', 'a b.jpg')));
    expect(error.code).toBe('VALIDATION_006');
    expect(error.details.look_alikes).toEqual([String.raw`"a\u00a0b.jpg"`, String.raw`"a\u202fb.jpg"`]);
    expect(error.message).toContain(String.raw`2 look like it: "a\u00a0b.jpg", "a\u202fb.jpg".`);
  });

  it('more than fit into an error', async () => {
    const error = await refusal(intake.open(join(root, 'many', 'x y.jpg')));
    expect(error.message).toContain('but 9 look like it');
    expect(error.details.look_alikes).toHaveLength(5);
    expect(JSON.stringify(error.toJSON()).length).toBeLessThan(1500);
  });
});

describe('a look-alike outside the allowed folders', () => {
  it.each([
    ['in another folder', join(secret, 'look alike.jpg'), 'VALIDATION_007'],
    ['in a folder whose name begins alike', join(base, 'photos-private', 'look alike.jpg'), 'VALIDATION_007'],
    ['above the allowed folder', `${root}/../secret/look alike.jpg`, 'VALIDATION_007'],
    ['above it, encoded', `${root}/%2e%2e/secret/look%20alike.jpg`, 'VALIDATION_00[67]'],
    ['behind a link to a folder', join(root, 'way-out', 'look alike.jpg'), 'VALIDATION_006'],
    ['behind a link to a file', join(root, 'look alike.jpg'), 'VALIDATION_006'],
    ['with an encoded slash', `${root}%2f..%2fsecret%2flook%20alike.jpg`, 'VALIDATION_007'],
    ['in quotes', `"${join(secret, 'look alike.jpg')}"`, 'VALIDATION_007'],
    ['by a file URL', `file://${secret}/look alike.jpg`, 'VALIDATION_007'],
  ])('%s is neither read nor named', async (_, written, code) => {
    const error = await refusal(intake.open(written));
    expect(error.code).toMatch(new RegExp(code));
    expect(JSON.stringify(error.toJSON())).not.toContain('202f');
    const missing = await refusal(intake.open(written.replace('alike', 'nothing')));
    const shown = ({ code: c, message, advice }: typeof error) => ({ c, message, advice });
    expect(shown(missing)).toEqual(shown(error));
  });

  it('does not count beside one that may be read', async () => {
    const image = await intake.open(join(root, 'mixed', 'one two.jpg'));
    expect(image.warnings?.[0]).toContain(String.raw`"mixed/one\u00a0two.jpg"`);
  });
});

it('without any allowed folder the error says which setting is missing', async () => {
  const error = await refusal(createImageIntake({ allowedRoots: [] }).open(join(root, 'desk.jpg')));
  expect(error).toMatchObject({ code: 'VALIDATION_007', message: expect.stringContaining('No folder is allowed') });
  expect(error.advice).toMatch(/^Set H200_ALLOWED_ROOTS/);
});

it('a file URL of another machine stays refused', async () => {
  for (const url of ['file://host/a b.jpg', 'file://host/100% done.jpg', 'file:///a%2fb.jpg']) {
    expect((await refusal(intake.open(url))).code).toBe('VALIDATION_006');
  }
});
