import { deflateSync, inflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Image } from '../../src/image/image.ts';
import { createImageIntake } from '../../src/image/intake.ts';
import { withoutMetadata } from '../../src/image/metadata.ts';
import { insert, segment, segmentAt, withRestarts } from './phone-jpegs.ts';
import { PNG_START, pngChunk, testImage } from './test-images.ts';

/** A text hidden in every place a format has: what is stored does not hold it, packed or not, and shows the same picture. */
const CANARY = 'Photographed at 12 Secret Street, Anytown';
const ascii = (text: string) => Buffer.from(text, 'latin1');
const HIDDEN = ascii(CANARY.padEnd(44));
const intake = createImageIntake({ allowedRoots: [] });

const pixels = async (bytes: Buffer) =>
  sharp(bytes, { failOn: 'error' }).rotate().ensureAlpha().toColourspace('srgb').raw().toBuffer();

/** The bytes, and whatever in them is a zlib stream. */
function everything(bytes: Buffer): Buffer[] {
  const found = [bytes];
  for (let at = bytes.indexOf(0x78); at !== -1; at = bytes.indexOf(0x78, at + 1)) {
    try {
      found.push(inflateSync(bytes.subarray(at)));
    } catch {
      // No zlib stream begins here.
    }
  }
  return found;
}
const holds = (bytes: Buffer) => everything(bytes).some((part) => part.includes(CANARY.slice(8, 24)));

type Places = readonly (readonly [string, (plain: Buffer) => Buffer | Promise<Buffer>])[];

/** Kept and again taken in; the canary is seen before. */
async function kept(bytes: Buffer): Promise<{ image: Image; clean: Buffer }> {
  expect(holds(bytes)).toBe(true);
  const image = await intake.fromBytes(bytes);
  const clean = await withoutMetadata(image);
  expect(holds(clean)).toBe(false);
  const again = await intake.fromBytes(clean);
  expect(again).toMatchObject({ width: image.width, height: image.height, focal35mm: image.focal35mm });
  return { image, clean };
}

/** A profile of sharp's with the canary in place of its texts. */
async function profileWith(canary: Buffer): Promise<Buffer> {
  const { icc } = await sharp(await testImage('png'))
    .withIccProfile('p3')
    .png()
    .toBuffer()
    .then((b) => sharp(b).metadata());
  const count = icc!.readUInt32BE(128);
  const table = icc!.subarray(132, 132 + 12 * count);
  const shifted = Buffer.from(table);
  for (let i = 0; i < count; i += 1) shifted.writeUInt32BE(shifted.readUInt32BE(12 * i + 4) + 12, 12 * i + 4);
  const text = Buffer.concat([ascii('text\0\0\0\0'), canary]);
  const tag = Buffer.alloc(12);
  tag.write('info', 'latin1');
  tag.writeUInt32BE(icc!.length + 12, 4);
  tag.writeUInt32BE(text.length, 8);
  const profile = Buffer.concat([icc!.subarray(0, 132), shifted, tag, icc!.subarray(132 + 12 * count), text]);
  profile.writeUInt32BE(count + 1, 128);
  profile.writeUInt32BE(profile.length, 0);
  return profile;
}

/** A monitor's profile whose colours are a table: nothing of it is kept. */
const tableProfile = (): Buffer => {
  const profile = Buffer.concat([Buffer.alloc(132 + 12), HIDDEN]);
  profile.writeUInt32BE(profile.length, 0);
  profile[8] = 2;
  profile.write('mntrRGB XYZ ', 12, 'latin1');
  profile.write('acsp', 36, 'latin1');
  profile.writeUInt32BE(1, 128);
  profile.write('A2B0', 132, 'latin1');
  profile.writeUInt32BE(144, 136);
  profile.writeUInt32BE(HIDDEN.length, 140);
  return profile;
};

describe('JPEG', () => {
  let plain: Buffer;
  let progressive: Buffer;
  beforeAll(async () => {
    plain = await testImage('jpeg', { width: 200, height: 150 });
    progressive = await sharp(plain).jpeg({ progressive: true }).toBuffer();
  });
  const atHead = (marker: number, content: Buffer) => (b: Buffer) => insert(b, 2, segment(marker, content));
  const atEnd = (what: Buffer) => (b: Buffer) => insert(b, b.length - 2, what);
  const app = [...Array(16).keys()].map(
    (n) => [`application segment ${n}`, atHead(0xe0 + n, Buffer.concat([ascii('KEPT\0'), HIDDEN]))] as const,
  );
  const PLACES: Places = [
    ...app,
    ['a comment', atHead(0xfe, HIDDEN)],
    ['a JFIF thumbnail', atHead(0xe0, Buffer.concat([ascii('JFIF\0\x01\x01\0\0\x01\0\x01\x04\x04'), HIDDEN]))],
    ['a JFXX thumbnail', atHead(0xe0, Buffer.concat([ascii('JFXX\0\x10'), HIDDEN]))],
    ['behind the Adobe transform', atHead(0xee, Buffer.concat([ascii('Adobe\0\x64\0\0\0\0\x01'), HIDDEN]))],
    ['EXIF', atHead(0xe1, Buffer.concat([ascii('Exif\0\0II*\0\x08\0\0\0\0\0\0\0\0\0'), HIDDEN]))],
    ['XMP', atHead(0xe1, Buffer.concat([ascii('http://ns.adobe.com/xap/1.0/\0'), HIDDEN]))],
    ['MPF', atHead(0xe2, Buffer.concat([ascii('MPF\0'), HIDDEN]))],
    ['a profile that is a table', atHead(0xe2, Buffer.concat([ascii('ICC_PROFILE\0\x01\x01'), tableProfile()]))],
    ['a piece of a profile', atHead(0xe2, Buffer.concat([ascii('ICC_PROFILE\0\x02\x03'), HIDDEN]))],
    ['between segments', (b) => insert(b, segmentAt(b, 0xc4), HIDDEN)],
    [
      'a quantisation table of no component',
      atHead(0xdb, Buffer.concat([Buffer.from([3]), HIDDEN, Buffer.alloc(64 - HIDDEN.length, 1)])),
    ],
    [
      'a quantisation table that is replaced',
      atHead(0xdb, Buffer.concat([Buffer.from([0]), HIDDEN, Buffer.alloc(64 - HIDDEN.length, 1)])),
    ],
    [
      'a Huffman table of no component',
      atHead(0xc4, Buffer.concat([Buffer.from([0x13, 0, 0, 0, 0, 0, 0, 0, HIDDEN.length]), Buffer.alloc(8), HIDDEN])),
    ],
    ['behind the end', (b) => Buffer.concat([b, HIDDEN])],
    ['a second image', (b) => Buffer.concat([b, atHead(0xfe, HIDDEN)(b)])],
  ];
  it.each(PLACES)('%s', async (_, hide) => {
    for (const one of [plain, progressive]) {
      const bytes = await hide(one);
      const { clean } = await kept(bytes);
      expect((await pixels(clean)).equals(await pixels(bytes))).toBe(true);
    }
  });

  const BASELINE: Places = [
    ['behind the last block', atEnd(HIDDEN)],
    ['behind the last block and a marker', atEnd(Buffer.concat([Buffer.from([0xff, 0xf0]), HIDDEN]))],
    ['behind a restart that is none', atEnd(Buffer.concat([Buffer.from([0xff, 0xd0]), HIDDEN]))],
    [
      'a second scan',
      (b) => atEnd(Buffer.concat([b.subarray(segmentAt(b, 0xda), segmentAt(b, 0xda) + 14), HIDDEN]))(b),
    ],
    ['before each restart', () => withRestarts([...HIDDEN])],
    [
      'the file behind the last row',
      async () => {
        const wide = await withRestarts([]);
        return atEnd(HIDDEN)(wide);
      },
    ],
  ];
  it.each(BASELINE)('%s', async (_, hide) => {
    const bytes = await hide(plain);
    const { clean } = await kept(bytes);
    expect((await pixels(clean)).equals(await pixels(bytes))).toBe(true);
  });

  it('behind a scan of a progressive image: encoded again, the same picture but for rounding', async () => {
    const tables = progressive.lastIndexOf(Buffer.from([0xff, 0xc4]));
    for (const at of [progressive.length - 2, tables]) {
      const bytes = insert(progressive, at, HIDDEN);
      const { clean } = await kept(bytes);
      const [before, after] = [await pixels(bytes), await pixels(clean)];
      expect(after).toHaveLength(before.length);
      const off = before.reduce((sum, value, i) => sum + Math.abs(value - after[i]!), 0) / before.length;
      expect(off).toBeLessThan(2);
    }
  });

  it.each([1, 2, 3, 4])('a profile with %i more texts: the colours stay', async () => {
    const profile = await profileWith(HIDDEN);
    const bytes = atHead(0xe2, Buffer.concat([ascii('ICC_PROFILE\0\x01\x01'), profile]))(plain);
    const { clean } = await kept(bytes);
    expect((await pixels(clean)).equals(await pixels(bytes))).toBe(true);
    expect((await pixels(clean)).equals(await pixels(plain))).toBe(false);
  });

  it.each(['4:2:0', '4:4:4'])(
    'a sound photo stays as it is to the bit: %s, grey, CMYK, every size',
    async (chromaSubsampling) => {
      for (const [width, height] of [
        [1, 1],
        [17, 9],
        [64, 48],
        [333, 251],
      ] as const) {
        for (const space of ['srgb', 'b-w', 'cmyk'] as const) {
          for (const progressive of [false, true]) {
            const bytes = await sharp(await testImage('png', { width, height }))
              .toColourspace(space)
              .jpeg({ chromaSubsampling, progressive })
              .toBuffer();
            const clean = await withoutMetadata(await intake.fromBytes(bytes));
            expect((await pixels(clean)).equals(await pixels(bytes))).toBe(true);
            expect(clean.length).toBeLessThanOrEqual(bytes.length);
          }
        }
      }
    },
  );
});

describe('PNG', () => {
  const SIZE = { width: 40, height: 24 };
  const variants = {
    colours: (p: Sharp) => p.png(),
    transparent: (p: Sharp) => p.ensureAlpha(0.5).png(),
    'of 16 bits': (p: Sharp) => p.toColourspace('rgb16').png(),
    grey: (p: Sharp) => p.greyscale().png(),
    interlaced: (p: Sharp) => p.png({ progressive: true }),
    'with a palette': (p: Sharp) => p.png({ palette: true, colours: 16 }),
    'with a palette, interlaced': (p: Sharp) => p.png({ palette: true, colours: 16, progressive: true }),
  } as const;
  const chunkOf = (bytes: Buffer, type: string) => {
    const at = bytes.indexOf(type) - 4;
    return { at, end: at + 12 + bytes.readUInt32BE(at), data: bytes.subarray(at + 8, at + 8 + bytes.readUInt32BE(at)) };
  };
  const rows = (bytes: Buffer) => inflateSync(chunkOf(bytes, 'IDAT').data);
  const withData = (bytes: Buffer, packed: Buffer) => {
    const { at } = chunkOf(bytes, 'IDAT');
    return Buffer.concat([bytes.subarray(0, at), pngChunk('IDAT', packed), pngChunk('IEND', Buffer.alloc(0))]);
  };
  const inFrontOf = (type: string, chunk: Buffer) => (b: Buffer) => insert(b, chunkOf(b, type).at, chunk);
  const types = [
    'tEXt',
    'zTXt',
    'iTXt',
    'eXIf',
    'tIME',
    'pHYs',
    'bKGD',
    'hIST',
    'sPLT',
    'gAMA',
    'cHRM',
    'sRGB',
    'sBIT',
    'acTL',
    'fcTL',
    'fdAT',
    'caBX',
    'prVt',
  ];
  const PLACES: Places = [
    ...types.map(
      (type) =>
        [`a ${type} chunk`, inFrontOf('IDAT', pngChunk(type, Buffer.concat([ascii('a\0\0'), HIDDEN])))] as const,
    ),
    ['a packed text', inFrontOf('IDAT', pngChunk('zTXt', Buffer.concat([ascii('a\0\0'), deflateSync(HIDDEN)])))],
    [
      'a profile that is none',
      inFrontOf('IDAT', pngChunk('iCCP', Buffer.concat([ascii('a\0\0'), deflateSync(HIDDEN)]))),
    ],
    [
      'a profile that is a table',
      inFrontOf('IDAT', pngChunk('iCCP', Buffer.concat([ascii('a\0\0'), deflateSync(tableProfile())]))),
    ],
    [
      'the name of a profile',
      inFrontOf('IDAT', pngChunk('iCCP', Buffer.concat([HIDDEN, ascii('\0\0'), deflateSync(ascii('x'))]))),
    ],
    ['behind the rows, packed with them', (b) => withData(b, deflateSync(Buffer.concat([rows(b), HIDDEN])))],
    ['behind the packed rows', (b) => withData(b, Buffer.concat([chunkOf(b, 'IDAT').data, HIDDEN]))],
    ['in the data of the end', (b) => Buffer.concat([b.subarray(0, b.length - 12), pngChunk('IEND', HIDDEN)])],
    ['behind the end', (b) => Buffer.concat([b, HIDDEN])],
  ];
  describe.each(Object.entries(variants))('%s', (_, make) => {
    let plain: Buffer;
    beforeAll(async () => {
      plain = await make(sharp(await testImage('png', SIZE))).toBuffer();
    });
    it.each(PLACES)('%s', async (_name, hide) => {
      const bytes = await hide(plain);
      const { clean } = await kept(bytes);
      expect((await pixels(clean)).equals(await pixels(plain))).toBe(true);
    });
  });

  it('colours of a palette that do not occur', async () => {
    const ihdr = Buffer.from([0, 0, 0, 4, 0, 0, 0, 2, 8, 3, 0, 0, 0]);
    const palette = Buffer.concat([Buffer.from([255, 0, 0]), HIDDEN, Buffer.alloc(-HIDDEN.length + 48)]);
    const filtered = Buffer.from([1, 0, 15, 0, 0, 4, 0, 0, 1, 0]);
    const bytes = Buffer.concat([
      PNG_START,
      pngChunk('IHDR', ihdr),
      pngChunk('PLTE', palette.subarray(0, 51)),
      pngChunk('tRNS', Buffer.from([200])),
      pngChunk('IDAT', deflateSync(filtered)),
      pngChunk('IEND', Buffer.alloc(0)),
    ]);
    const { clean } = await kept(bytes);
    expect((await pixels(clean)).equals(await pixels(bytes))).toBe(true);
  });

  it('a profile with one more text: the colours stay', async () => {
    const plain = await testImage('png', SIZE);
    const chunk = pngChunk('iCCP', Buffer.concat([ascii('a\0\0'), deflateSync(await profileWith(HIDDEN))]));
    const bytes = inFrontOf('IDAT', chunk)(plain);
    const { clean } = await kept(bytes);
    expect((await pixels(clean)).equals(await pixels(bytes))).toBe(true);
    expect((await pixels(clean)).equals(await pixels(plain))).toBe(false);
  });
});

describe('WebP', () => {
  const chunk = (type: string, data: Buffer) => {
    const head = ascii(`${type}\0\0\0\0`);
    head.writeUInt32LE(data.length, 4);
    return Buffer.concat([head, data, Buffer.alloc(data.length & 1)]);
  };
  const file = (...chunks: Buffer[]) => {
    const body = Buffer.concat([ascii('WEBP'), ...chunks]);
    const head = ascii('RIFF\0\0\0\0');
    head.writeUInt32LE(body.length, 4);
    return Buffer.concat([head, body]);
  };
  const vp8x = (flags: number, reserved = Buffer.alloc(3)) =>
    chunk('VP8X', Buffer.concat([Buffer.from([flags]), reserved, Buffer.from([63, 0, 0, 47, 0, 0])]));
  const frame = (b: Buffer) => b.subarray(12);
  const PLACES: Places = [
    ['EXIF', (b) => file(vp8x(8), frame(b), chunk('EXIF', HIDDEN))],
    ['XMP', (b) => file(vp8x(4), frame(b), chunk('XMP ', HIDDEN))],
    ['an unknown chunk', (b) => file(vp8x(0), chunk('abcd', HIDDEN), frame(b))],
    ['an unknown chunk behind the image', (b) => file(frame(b), chunk('abcd', HIDDEN))],
    ['a profile that is a table', (b) => file(vp8x(32), chunk('ICCP', tableProfile()), frame(b))],
    ['behind the canvas', (b) => file(chunk('VP8X', Buffer.concat([vp8x(0).subarray(8), HIDDEN])), frame(b))],
    ['behind the end', (b) => Buffer.concat([b, HIDDEN])],
    [
      'a second frame, and behind the head of the first',
      (b) => {
        const anmf = (inside: Buffer) =>
          chunk('ANMF', Buffer.concat([Buffer.from([0, 0, 0, 0, 0, 0, 63, 0, 0, 47, 0, 0, 9, 0, 0, 0]), inside]));
        const anim = chunk('ANIM', Buffer.concat([Buffer.alloc(6), HIDDEN]));
        return file(vp8x(2), anim, anmf(Buffer.concat([frame(b), chunk('abcd', HIDDEN)])), anmf(chunk('VP8 ', HIDDEN)));
      },
    ],
  ];
  describe.each([
    ['lossy', false],
    ['lossless', true],
  ])('%s', (_, lossless) => {
    it.each(PLACES)('%s', async (_name, hide) => {
      const plain = await sharp(await testImage('png'))
        .webp({ lossless })
        .toBuffer();
      const bytes = await hide(plain);
      const { clean } = await kept(bytes);
      expect((await pixels(clean)).equals(await pixels(plain))).toBe(true);
    });
  });

  it('keeps what is transparent', async () => {
    const bytes = await sharp(await testImage('png'))
      .ensureAlpha(0.5)
      .webp()
      .toBuffer();
    const clean = await withoutMetadata(await intake.fromBytes(bytes));
    expect((await pixels(clean)).equals(await pixels(bytes))).toBe(true);
  });
});
