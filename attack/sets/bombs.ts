import { gzipSync } from 'node:zlib';
import sharp from 'sharp';
import { animatedWebp, flatPng, manyScans, packed } from '../../tests/image/decode/support/poison.ts';
import {
  interlacedPng,
  jpegBomb,
  pngBomb,
  pngChunk,
  progressiveJpeg,
  webpBomb,
} from '../../tests/image/test-images.ts';
import { tryImage } from '../support/photo-case.ts';
import { shareOf } from '../support/random.ts';
import type { AttackSet } from '../support/set.ts';
import { StdioProduct } from '../support/stdio.ts';

/** What a refusal may cost. Best of three: the machine may be busy with others. */
const REFUSED_WITHIN_MS = 50;
const TRIES = 3;

interface Bomb {
  readonly name: string;
  readonly make: () => Buffer | Promise<Buffer>;
  /** Costly but within the documented limits: it may be answered. */
  readonly mayAnswer?: true;
}

/** Files that cost much more than their size tells, and files that are not what they call themselves. */
export const bombSet: AttackSet = {
  id: 'S4',
  title: 'bombs and polyglots',
  bounds: { maxMs: 10_000, maxRssMb: 1500 },
  async run(tally, { share }) {
    const product = await StdioProduct.open(tally);
    try {
      await product.call('analyze_image', { image: TINY });
      for (const { name, make, mayAnswer } of shareOf(BOMBS, share, 8)) {
        const bytes = await make();
        const outcome = await tryImage(tally, product, name, bytes);
        if (outcome === null || mayAnswer) continue;
        if (outcome.how !== 'refused') tally.fail(name, 'was not refused');
        let best = outcome.ms;
        for (let i = 1; i < TRIES && best > REFUSED_WITHIN_MS; i += 1)
          best = Math.min(best, (await tryImage(tally, product, name, bytes))?.ms ?? best);
        if (best > REFUSED_WITHIN_MS && bytes.length < 1_000_000)
          tally.fail(name, `was refused after ${Math.round(best)} ms, not within ${REFUSED_WITHIN_MS}`);
      }
      tally.note(`each that must be refused is, the small ones within ${REFUSED_WITHIN_MS} ms`);
    } finally {
      await product.stop();
    }
  },
};

const TINY =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const ascii = (text: string) => Buffer.from(text, 'latin1');
const png = () =>
  sharp({ create: { width: 16, height: 16, channels: 3, background: '#777' } })
    .png()
    .toBuffer();
const SIDES: readonly (readonly [number, number])[] = [
  [1, 65_535],
  [65_535, 1],
  [16_385, 1],
  [30_000, 30_000],
  [8193, 6144],
  [2 ** 31 - 1, 1],
  [2 ** 31 - 1, 2 ** 31 - 1],
  [0, 0],
];
const jpegSides = SIDES.slice(0, 5).filter(([w, h]) => Math.max(w, h) <= 65_500);

const BOMBS: readonly Bomb[] = [
  ...SIDES.map(([w, h]) => ({ name: `PNG that claims ${w} x ${h}`, make: () => pngBomb(w, h) })),
  ...jpegSides.map(([w, h]) => ({ name: `JPEG that claims ${w} x ${h}`, make: () => jpegBomb(w, h) })),
  { name: 'JPEG that claims 65500 x 65500', make: () => jpegBomb(65_500, 65_500) },
  ...[16_383, 8000].map((side) => ({ name: `WebP of ${side} squared`, make: () => webpBomb(side, side) })),
  { name: 'WebP of 2^24 squared', make: () => webpBomb(2 ** 24, 2 ** 24) },
  { name: 'interlaced PNG of 16 bit', make: () => interlacedPng(8192, 6144, 16) },
  { name: 'progressive JPEG of four channels', make: () => progressiveJpeg('cmyk') },
  { name: 'JPEG of 5,000 scans', make: () => manyScans(64, 64, 5000) },
  { name: 'JPEG of 300,000 scans', make: () => manyScans(64, 64, 300_000) },
  { name: 'JPEG of 1,000 scans of 48 megapixels', make: () => manyScans(8192, 6144, 1000) },
  { name: 'WebP of 10,000 frames', make: () => animatedWebp(16, 10_000), mayAnswer: true },
  { name: 'WebP of 100,000 frames', make: () => animatedWebp(16, 100_000), mayAnswer: true },
  {
    name: 'PNG of 48 megapixels of one colour',
    make: () => flatPng(8192, 6144, { bits: 8, type: 2 }),
    mayAnswer: true,
  },
  {
    name: 'PNG of 48 megapixels, Paeth',
    make: () => flatPng(8192, 6144, { bits: 8, type: 2, filter: 4 }),
    mayAnswer: true,
  },
  ...[1e7, 1e8].flatMap((length) =>
    (['zTXt', 'iCCP'] as const).map((type) => ({
      name: `PNG with ${type} of ${length / 1e6} MB`,
      make: () => flatPng(16, 16, { bits: 8, type: 2, before: [packed(type, length)] }),
      mayAnswer: true as const,
    })),
  ),
  {
    name: 'PNG with 100,000 texts',
    make: () => flatPng(16, 16, { bits: 8, type: 2, before: Array<Buffer>(1e5).fill(pngChunk('tEXt', ascii('a\0b'))) }),
    mayAnswer: true,
  },
  {
    name: 'GIF of 10,000 frames',
    make: () =>
      Buffer.concat([
        ascii('GIF89a\x10\0\x10\0\x80\0\0'),
        Buffer.alloc(6),
        ...Array<Buffer>(10_000).fill(ascii(',\0\0\0\0\x10\0\x10\0\0\x02\x02D\x01\0')),
      ]),
  },
  { name: 'SVG of entities', make: () => ascii(entities()) },
  {
    name: 'SVG of entities behind a mark',
    make: () => Buffer.concat([Buffer.from('efbbbf', 'hex'), ascii(entities())]),
  },
  {
    name: 'SVG that includes a file',
    make: () => ascii('<svg xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="/etc/passwd"/></svg>'),
  },
  {
    name: 'SVG with an outer entity',
    make: () => ascii('<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg><text>&x;</text></svg>'),
  },
  { name: 'packed SVG', make: () => gzipSync(entities()) },
  { name: 'PDF', make: () => ascii('%PDF-1.7\n1 0 obj\n<</Type/Catalog>>') },
  { name: 'PDF with a PNG in it', make: async () => Buffer.concat([ascii('%PDF-1.7\n'), await png()]) },
  ...['heic', 'heix', 'mif1', 'msf1', 'avif', 'avis', 'isom'].map((brand) => ({
    name: `HEIF ${brand}`,
    make: () => ascii(`\0\0\0\x18ftyp${brand}\0\0\0\0${brand}mif1\0\0\xff\xffmeta`),
  })),
  { name: 'TIFF of 2^32 pixels', make: () => ascii('II*\0\x08\0\0\0\x02\0\0\x01\x04\0\x01\0\0\0\xff\xff\xff\xff') },
  {
    name: 'BMP of 2^31 squared',
    make: () => ascii(`BM\x46\0\0\0\0\0\0\0\x36\0\0\0(\0\0\0\xff\xff\xff\x7f\xff\xff\xff\x7f`),
  },
  { name: 'ICO', make: () => ascii('\0\0\x01\0\x01\0') },
  { name: 'ZIP', make: () => ascii('PK\x03\x04\x14\0\0\0\0\0') },
  { name: 'GIF and script in one', make: () => ascii('GIF89a=1;alert(1)//') },
  {
    name: 'web page with a PNG behind it',
    make: async () => Buffer.concat([ascii('<!DOCTYPE html><script>1</script>'), await png()]),
  },
  {
    name: 'PNG with a ZIP behind it',
    make: async () => Buffer.concat([await png(), ascii('PK\x03\x04'), Buffer.alloc(100)]),
    mayAnswer: true,
  },
  { name: '26 MB of zeros', make: () => Buffer.alloc(26 * 2 ** 20 + 1) },
];

function entities(): string {
  const lines = Array.from({ length: 9 }, (_, i) => `<!ENTITY a${i + 1} "${`&a${i};`.repeat(10)}">`);
  return `<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a0 "lol">${lines.join('')}]><svg xmlns="http://www.w3.org/2000/svg"><text>&a9;</text></svg>`;
}
