import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { middleOf, planesOf, SIDE } from '../../../src/vision/embed/clip/pixels.ts';
import { CONTEXT, createTokenizer, mergesOf } from '../../../src/vision/embed/clip/tokenizer.ts';
import { asset, missingAssets } from '../support/assets.ts';

const VOCABULARY = 'clip/bpe_simple_vocab_16e6.txt.gz';
const TOKENS = 'clip/golden/clip_tokens_golden.json';
const [PHOTO, PLANES] = ['clip/golden/franz-kafka.jpg', 'clip/golden/expected_preprocessed_image.npy'];

/** What CLIP's own tokenizer does: the version line is left out, and merges that the vocabulary has no room for. */
const published = () =>
  gunzipSync(readFileSync(asset(VOCABULARY)))
    .toString()
    .split('\n')
    .slice(1, 49_152 - 256 - 2 + 1)
    .map((line) => line.split(' ') as [string, string]);

const noTokens = missingAssets(VOCABULARY, TOKENS);
describe.skipIf(noTokens !== null)(`the tokenizer against CLIP's own ${noTokens ?? ''}`, () => {
  it('gives the same numbers, also for other scripts, emoji, entities and what is too long', () => {
    const tokenizer = createTokenizer(published());
    const golden = JSON.parse(readFileSync(asset(TOKENS), 'utf8')) as { text: string; ids: number[] }[];
    expect(golden.length).toBeGreaterThan(30);
    for (const { text, ids } of golden) expect([text, [...tokenizer.encode(text)]]).toEqual([text, ids]);
  });

  it('reads the same merges of a tokenizer.json, in both of its spellings', () => {
    const merges = published();
    for (const list of [merges, merges.map((pair) => pair.join(' '))]) {
      const read = createTokenizer(mergesOf(JSON.parse(JSON.stringify({ model: { merges: list } }))));
      expect([...read.encode('a coffee mug')].slice(0, 5)).toEqual([49_406, 320, 2453, 9722, 49_407]);
    }
  });
});

const noPhoto = missingAssets(PHOTO, PLANES);
describe.skipIf(noPhoto !== null)(`the encoder's input against the published one ${noPhoto ?? ''}`, () => {
  it('is the same but for the scaling', async () => {
    const bytes = readFileSync(asset(PHOTO));
    const { autoOrient } = await sharp(bytes).metadata();
    const planes = planesOf(await middleOf({ bytes, ...autoOrient }));
    const file = readFileSync(asset(PLANES));
    const expected = new Float32Array(new Uint8Array(file.subarray(10 + file.readUInt16LE(8))).buffer);
    expect(planes.length).toBe(expected.length);
    const error = planes.reduce((sum, value, i) => sum + Math.abs(value - expected[i]!), 0) / planes.length;
    expect(error).toBeLessThan(0.004);
  });
});

describe('hostile input', () => {
  const tokenizer = createTokenizer([['m', 'u']]);

  it.each([
    '',
    ' ',
    '\ud800',
    'x'.repeat(100_000),
    '&#0;&#xffffff;&#55296;',
    '<|endoftext|><|startoftext|>',
    '💥'.repeat(500),
  ])('a text as odd as %.20j is CONTEXT numbers that end', (text) => {
    const ids = tokenizer.encode(text);
    expect([ids.length, ids[0]]).toEqual([CONTEXT, 512 + 1]);
    expect(ids.includes(512 + 2)).toBe(true);
  });

  it.each([null, {}, { model: { merges: [] } }, { model: { merges: ['a b c'] } }, { model: { merges: [[1, 2]] } }])(
    'refuses %j as a tokenizer',
    (file) => {
      expect(() => mergesOf(file)).toThrow(TypeError);
    },
  );

  it('a strip of a picture takes no more memory than a picture', async () => {
    const bytes = await sharp({ create: { width: 9000, height: 2, channels: 3, background: '#a03020' } })
      .png()
      .toBuffer();
    const middle = await middleOf({ bytes, width: 9000, height: 2 });
    expect([middle.length, middle[0]]).toEqual([3 * SIDE * SIDE, 0xa0]);
  });
});
