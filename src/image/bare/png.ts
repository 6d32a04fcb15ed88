import { crc32, deflateSync, inflateSync } from 'node:zlib';
import { pngChunks } from '../decode/png-chunks.ts';
import { bareProfile } from './icc.ts';
import { pngPixels } from './png-pixels.ts';
import { PALETTE } from './png-rows.ts';

/** Unpacked; the largest profiles that cameras and monitors have are a tenth of it. */
const MAX_PROFILE = 4 * 2 ** 20;
/** Bytes of a transparent colour, by the kind of image (PNG 3, section 11.3.1.1). */
const TRANSPARENT: Readonly<Record<number, number>> = { 0: 2, 2: 6 };

/**
 * The PNG written anew from its header, palette, transparency, colour profile and rows (PNG 3, section 11); nothing else
 * changes what decoders make of it here. No colour of the palette that does not occur.
 */
export async function barePng(bytes: Buffer, exif: Buffer | null, signal?: AbortSignal): Promise<Buffer> {
  const chunks = [...pngChunks(bytes)];
  const content = ({ start, end }: { start: number; end: number }) => bytes.subarray(start + 8, end - 4);
  const all = (type: string) => chunks.filter((one) => one.type === type).map(content);
  const ihdr = Buffer.from(all('IHDR')[0]!.subarray(0, 13));
  const [bits, colour] = [ihdr[8]!, ihdr[9]!];
  const head = {
    width: ihdr.readUInt32BE(0),
    height: ihdr.readUInt32BE(4),
    bits,
    colour,
    interlaced: ihdr[12] === 1,
  };
  const idat = all('IDAT');
  const { packed, used } = await pngPixels(idat.length === 1 ? idat[0]! : Buffer.concat(idat), head, signal);
  const profile = profileOf(all('iCCP')[0]);
  const palette = colour === PALETTE ? all('PLTE')[0] : undefined;
  const colours = palette?.subarray(0, 3 * 2 ** bits);
  const transparent = all('tRNS')[0]?.subarray(0, TRANSPARENT[colour] ?? (colours ? colours.length / 3 : 0));
  return Buffer.concat([
    bytes.subarray(0, 8),
    chunk('IHDR', ihdr),
    ...(exif ? [chunk('eXIf', exif)] : []),
    ...(profile ? [chunk('iCCP', Buffer.concat([Buffer.from('ICC\0\0', 'latin1'), deflateSync(profile)]))] : []),
    ...(colours ? [chunk('PLTE', onlyUsed(colours, 3, used))] : []),
    ...(transparent?.length ? [chunk('tRNS', colours ? onlyUsed(transparent, 1, used) : transparent)] : []),
    chunk('IDAT', packed),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function onlyUsed(entries: Buffer, size: number, used: ReadonlySet<number> | null): Buffer {
  return used ? Buffer.from(entries.map((byte, i) => (used.has(Math.floor(i / size)) ? byte : 0))) : entries;
}

/** Its name, a zero, the way it is packed, and the packed bytes (PNG 3, section 11.3.2.3). */
function profileOf(iccp: Buffer | undefined): Buffer | null {
  if (iccp === undefined) return null;
  try {
    const profile = inflateSync(iccp.subarray(iccp.indexOf(0) + 2), { maxOutputLength: MAX_PROFILE });
    // libpng ignores others.
    return profile.length % 4 === 0 ? bareProfile(profile) : null;
  } catch {
    return null;
  }
}

function chunk(type: string, data: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(data.length, 0);
  head.write(type, 4, 'latin1');
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(data, crc32(head.subarray(4))), 0);
  return Buffer.concat([head, data, check]);
}
