import sharp from 'sharp';
import { insert, segment } from '../../tests/image/phone-jpegs.ts';
import { pngChunk } from '../../tests/image/test-images.ts';
import { EXAMPLE } from './seeds.ts';

export interface Carrier {
  readonly name: string;
  readonly bytes: Buffer;
}

const desk = () => sharp(EXAMPLE).resize(480);
const WIDTH = 480;
const HEIGHT = 360;
const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** Text that the photo itself shows: large, small, faint, turned, over the mug, and what only shows when it is made smaller. */
async function inThePicture(text: string): Promise<Carrier[]> {
  const looks = [12, 24, 48].flatMap((size) =>
    ['black', 'white', '#7f7f7f', 'red'].flatMap((colour) => [0, 90].map((turn) => ({ size, colour, turn }))),
  );
  const shown = looks.map(async ({ size, colour, turn }) => {
    const line = `<text x="20" y="180" font-size="${size}" fill="${colour}" transform="rotate(${turn} 240 180)">${escaped(text)}</text>`;
    const svg = Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}">${line}</svg>`,
    );
    const bytes = await desk()
      .composite([{ input: svg }])
      .jpeg()
      .toBuffer();
    return { name: `text of ${size} px, ${colour}, turned by ${turn}`, bytes };
  });
  const scaled = [4, 8].map(async (times) => {
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}"><text x="9" y="99" font-size="30">${escaped(text)}</text></svg>`;
    const large = sharp(Buffer.from(svg))
      .resize(WIDTH * times, HEIGHT * times, { kernel: 'nearest' })
      .flatten({ background: '#eee' });
    return { name: `text that shows at a size of 1 to ${times}`, bytes: await large.png().toBuffer() };
  });
  return Promise.all([...shown, ...scaled]);
}

/** Text in every place that a format has beside the picture. */
async function besideThePicture(text: string): Promise<Carrier[]> {
  const [jpeg, png, webp] = await Promise.all([
    desk().jpeg().toBuffer(),
    desk().png().toBuffer(),
    desk().webp().toBuffer(),
  ]);
  const tags = ['ImageDescription', 'Artist', 'Copyright', 'Software', 'Make', 'Model', 'DocumentName'];
  const exif = tags.flatMap((tag) =>
    (['jpeg', 'png', 'webp'] as const).map(async (format) => ({
      name: `EXIF ${tag} of a ${format}`,
      bytes: await desk()
        .toFormat(format)
        .withExif({ IFD0: { [tag]: text } })
        .toBuffer(),
    })),
  );
  const xmp = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF>${escaped(text)}</rdf:RDF></x:xmpmeta>`;
  const latin = (more: string) => Buffer.from(more, 'latin1');
  const inJpeg: [string, Buffer][] = [
    ['a comment', segment(0xfe, Buffer.from(text))],
    ['XMP', segment(0xe1, Buffer.concat([latin('http://ns.adobe.com/xap/1.0/\0'), Buffer.from(xmp)]))],
    ['IPTC', segment(0xed, Buffer.concat([latin('Photoshop 3.0\x008BIM\x04\x04\0\0\0\0'), Buffer.from(text)]))],
    ['a segment of nobody', segment(0xe9, Buffer.from(text))],
    ['a profile', segment(0xe2, Buffer.concat([latin('ICC_PROFILE\0\x01\x01'), Buffer.from(text)]))],
  ];
  const inPng: [string, Buffer][] = [
    ['tEXt', pngChunk('tEXt', Buffer.concat([latin('Comment\0'), Buffer.from(text)]))],
    ['iTXt', pngChunk('iTXt', Buffer.concat([latin('XML:com.adobe.xmp\0\0\0\0\0'), Buffer.from(xmp)]))],
    ['a chunk of nobody', pngChunk('quIz', Buffer.from(text))],
  ];
  const riff = (type: string, content: string) => {
    const body = Buffer.concat([
      webp.subarray(8),
      latin(type),
      Buffer.alloc(4),
      Buffer.from(content.padEnd(content.length + (content.length % 2))),
    ]);
    body.writeUInt32LE(Buffer.byteLength(content), webp.length - 8 + 4);
    const head = latin('RIFF\0\0\0\0');
    head.writeUInt32LE(body.length, 4);
    return Buffer.concat([head, body]);
  };
  return [
    ...(await Promise.all(exif)),
    ...inJpeg.map(([name, part]) => ({ name: `${name} of a JPEG`, bytes: insert(jpeg, 2, part) })),
    ...inPng.map(([name, part]) => ({ name: `${name} of a PNG`, bytes: insert(png, 33, part) })),
    ...['XMP ', 'quIz'].map((type) => ({ name: `${type} of a WebP`, bytes: riff(type, text) })),
    ...[jpeg, png, webp].map((bytes, i) => ({
      name: `text behind image ${i}`,
      bytes: Buffer.concat([bytes, Buffer.from(text)]),
    })),
  ];
}

export const textCarriers = async (text: string): Promise<Carrier[]> => [
  ...(await inThePicture(text)),
  ...(await besideThePicture(text)),
];
