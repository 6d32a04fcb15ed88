import { beforeAll, describe, expect, it } from 'vitest';
import { createImageIntake } from '../../src/image/intake.ts';
import { refusal, testImage } from './test-images.ts';

const intake = createImageIntake({ allowedRoots: [] });
let photo: Buffer;
/** Without any + and /, so that nothing tells what its blanks were. */
let bare: string;
let text: string;

beforeAll(async () => {
  photo = await testImage('jpeg');
  text = photo.toString('base64');
  expect(text).toMatch(/\+/);
  bare = Buffer.alloc(301, 'desk').toString('base64');
  expect(bare).toMatch(/^[A-Za-z0-9]+==$/);
});

const lines = (base64: string, width: number, end: string) =>
  base64.replaceAll(new RegExp(`.{${width}}`, 'g'), `$&${end}`);
const form = (base64: string) => base64.replaceAll('+', '%2B').replaceAll('/', '%2F').replaceAll('=', '%3D');

describe.each([
  ['a data URL', 'data:image/jpeg;base64,'],
  ['base64 alone', ''],
])('%s is read', (_, head) => {
  it.each<[string, () => string]>([
    ['as it is', () => text],
    ['with %2B, %2F and %3D', () => form(text)],
    ['with small percent codes', () => text.replaceAll('/', '%2f').replaceAll('+', '%2b')],
    ['in lines', () => lines(text, 76, '\r\n')],
    ['in lines with a margin', () => lines(text, 76, '\n    ')],
    ['in lines that became blanks', () => lines(text, 64, ' ')],
    ['in lines that became %0A', () => lines(text, 76, '%0A')],
    ['in lines and with percent codes', () => lines(form(text), 700, '\n')],
    ['with tabs', () => lines(text, 100, '\t')],
    ['with a blank somewhere, where each + is still there', () => `${text.slice(0, 333)} ${text.slice(333)}`],
    ['in the other alphabet, with blanks', () => lines(photo.toString('base64url'), 99, ' ')],
    ['with blanks around it', () => `  ${text}\n\n`],
    ['without = at its end', () => text.replaceAll('=', '')],
  ])('%s', async (_name, make) => {
    expect((await intake.open(head + make())).bytes.equals(photo)).toBe(true);
  });
});

describe('the head of a data URL', () => {
  it.each(['data:image/jpeg;base64%2C', 'data:image%2Fjpeg%3Bbase64,', 'data:;base64,', 'DATA:image/jpeg; base64 , '])(
    '%s',
    async (head) => {
      expect((await intake.open(head + text)).bytes.equals(photo)).toBe(true);
    },
  );

  it.each([
    ['no comma', 'data:image/jpeg;base64', 'no comma'],
    ['no base64', 'data:image/jpeg,/9j/4AAQ', '";base64" does not stand before its comma'],
    ['no data', 'data:image/jpeg;base64,', 'no data'],
    ['only blanks', 'data:image/jpeg;base64, %20 ', 'no data'],
  ])('%s: says what was seen and what is meant', async (_, url, seen) => {
    const error = await refusal(intake.open(url));
    expect(error.code).toBe('VALIDATION_006');
    expect(error.message).toContain(seen);
    expect(error.advice).toContain('data:image/jpeg;base64,<base64 of the file>');
  });
});

describe('what is not certain is refused', () => {
  const open = (base64: string) => refusal(intake.open(`data:image/jpeg;base64,${base64}`));

  it('blanks in the place of each +', async () => {
    const error = await open(text.replaceAll('+', ' '));
    expect(error.code).toBe('VALIDATION_006');
    expect(error.message).toMatch(/hold \d+ blanks and no "\+"/);
    expect(error.advice).toContain('%2B');
  });

  it('blanks of which nothing tells what they were', async () => {
    const four = [20, 90, 133, 250].reduceRight((all, at) => `${all.slice(0, at)} ${all.slice(at)}`, bare);
    expect((await open(four)).message).toContain('4 blanks');
  });

  it('but one blank is certain where only without it the groups of four are whole', async () => {
    const error = await open(`${bare.slice(0, 30)} ${bare.slice(30)}`);
    expect(error.code).toBe('VALIDATION_003');
  });

  it.each([
    ['a sign that base64 does not have', 'AAAA@@@@', 'character 5 of its data is "@"'],
    ['a per cent sign that was encoded twice', '%252F9j', 'character 1 of its data is "%"'],
    ['a sign that cannot be seen', 'AAAA\u200bAAAA', String.raw`character 5 of its data is "\u200b"`],
    ['data behind the end', 'AAA=AAAA', 'more follows the "=" before character 5'],
    ['three times =', 'A===', 'more follows'],
  ])('%s', async (_, base64, seen) => {
    const error = await open(base64);
    expect(error.code).toBe('VALIDATION_006');
    expect(error.message).toContain(seen);
  });

  it('too much, before it is decoded, also as percent codes and with blanks', async () => {
    for (const piece of ['A', '%41', 'A\n', 'A A+']) {
      const started = performance.now();
      expect((await open(piece.repeat(Math.ceil(41_900_000 / piece.length)))).code).toMatch(/VALIDATION_00[34]/);
      expect((await open(piece.repeat(Math.ceil(43_000_000 / piece.length)))).code).toBe('VALIDATION_004');
      expect(performance.now() - started).toBeLessThan(20_000);
    }
  });
});
