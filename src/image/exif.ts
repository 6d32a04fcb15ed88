import { type LensFacts, MM35_DIAGONAL } from './lens-facts.ts';

/** Tags of EXIF 2.32, sections 4.6.4 and 4.6.5. */
const TAGS = {
  make: 0x010f,
  software: 0x0131,
  exifPointer: 0x8769,
  focalLength: 0x920a,
  pixelX: 0xa002,
  pixelY: 0xa003,
  planeX: 0xa20e,
  planeY: 0xa20f,
  planeUnit: 0xa210,
  zoom: 0xa404,
  focal35: 0xa405,
} as const;
const ASCII = 2;
const SHORT = 3;
const LONG = 4;
const RATIONAL = 5;
const MAX_ENTRIES = 1000;
const MAX_TEXT = 64;
/** Millimetres of a unit of FocalPlaneResolutionUnit: inch, cm, mm. */
const UNIT_MM: Readonly<Record<number, number>> = { 2: 25.4, 3: 10, 4: 1 };

/** Programs that change pictures, by what they write into Software. Those of cameras write a version. */
const EDITOR =
  /photoshop|lightroom|gimp|snapseed|picasa|affinity|pixelmator|darktable|capture one|acdsee|paint\.net|vsco|instagram|picsart|photos? editor|google photos|canva|luminar|dxo|rawtherapee|irfanview|edited/i;

/**
 * Focal lengths of Apple's cameras, mm, and what their own photos at full size state as their equivalent on 35 mm film. Their
 * tag holds the digital zoom (hugin bug 2064625); at low resolutions some programs state nonsense (177 for 28 mm,
 * developer.apple.com/forums/thread/745938), so that it is compared with this.
 */
const APPLE: readonly (readonly [mm: number, mm35: number])[] = [
  [1.54, 13],
  [3.99, 28],
  [4, 28],
  [4.15, 29],
  [4.2, 26],
  [4.25, 26],
  [4.28, 35],
  [5.1, 26],
  [5.7, 26],
  [6, 52],
  [6.86, 24],
  [9, 77],
];

/**
 * What an EXIF block says of the lens and of the size that the camera made; null where it says nothing of the lens. Never
 * throws: every offset is checked against the block, and no pointer is followed twice.
 */
export function lensFacts(exif: Buffer | undefined): LensFacts | null {
  if (exif === undefined) return null;
  const tiff = exif.subarray(0, 6).toString('latin1') === 'Exif\0\0' ? exif.subarray(6) : exif;
  const order = tiff.subarray(0, 4).toString('latin1');
  if (order !== 'II*\0' && order !== 'MM\0*') return null;
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.length);
  const little = order.startsWith('I');
  if (view.byteLength < 8) return null;
  const first = directory(view, view.getUint32(4, little), little);
  const pointer = first.number(TAGS.exifPointer);
  if (pointer === null) return null;
  const second = directory(view, pointer, little);
  const apple = /^apple/i.test(first.text(TAGS.make));
  const mm = within(second.number(TAGS.focalLength), 0.5, 2000);
  const zoom = within(second.number(TAGS.zoom), 1.02, 100) ?? 1;
  const pixels = [second.number(TAGS.pixelX), second.number(TAGS.pixelY)].map((n) => within(n, 1, 1_000_000));
  const size =
    pixels[0] && pixels[1] ? ([Math.max(...(pixels as number[])), Math.min(...(pixels as number[]))] as const) : null;
  const stated = within(second.number(TAGS.focal35), 3, 2000);
  const native = nativeMm35(apple, mm, second, size);
  const edited = EDITOR.test(first.text(TAGS.software));
  const one = equivalent(stated, native, apple ? 1 : zoom, apple ? zoom : 1);
  return one === null ? null : { ...one, pixels: size, edited };
}

/**
 * Between what the tag says and what lens and sensor say. `open`: a digital zoom that the tag may or may not hold;
 * `held`: one that it holds.
 */
function equivalent(
  stated: number | null,
  native: number | null,
  open: number,
  held: number,
): Pick<LensFacts, 'mm35' | 'zoom' | 'fromLens'> | null {
  if (native === null) return stated === null ? null : { mm35: stated, zoom: open, fromLens: false };
  const real = native * open * held;
  const agrees = stated !== null && Math.abs(Math.log(stated / real)) < 0.1;
  return agrees ? { mm35: stated, zoom: 1, fromLens: false } : { mm35: real, zoom: 1, fromLens: true };
}

/** By lens and sensor, without digital zoom. */
function nativeMm35(
  apple: boolean,
  mm: number | null,
  tags: Directory,
  size: readonly [number, number] | null,
): number | null {
  if (mm === null) return null;
  const known = apple ? APPLE.find(([own]) => Math.abs(own - mm) < 0.005) : undefined;
  if (known !== undefined) return known[1];
  const unit = UNIT_MM[tags.number(TAGS.planeUnit) ?? 2];
  const [x, y] = [tags.number(TAGS.planeX), tags.number(TAGS.planeY)];
  if (unit === undefined || size === null || !x || !y || Math.abs(x / y - 1) > 0.02) return null;
  const diagonal = (Math.hypot(...size) / x) * unit;
  // From the chips of phones to medium format.
  return diagonal > 3 && diagonal < 80 ? within((mm * MM35_DIAGONAL) / diagonal, 8, 1000) : null;
}

const within = (value: number | null, low: number, high: number): number | null =>
  value !== null && value >= low && value <= high ? value : null;

interface Directory {
  /** A SHORT, LONG or RATIONAL tag with one value; null where it is absent, malformed or beyond the block. */
  number(tag: number): number | null;
  /** The beginning of an ASCII tag; empty where there is none. */
  text(tag: number): string;
}

function directory(view: DataView, offset: number, little: boolean): Directory {
  function entry(tag: number): { type: number; count: number; at: number } | null {
    if (offset + 2 > view.byteLength) return null;
    const entries = Math.min(view.getUint16(offset, little), MAX_ENTRIES);
    for (let i = 0; i < entries; i += 1) {
      const at = offset + 2 + i * 12;
      if (at + 12 > view.byteLength) return null;
      if (view.getUint16(at, little) !== tag) continue;
      return { type: view.getUint16(at + 2, little), count: view.getUint32(at + 4, little), at: at + 8 };
    }
    return null;
  }
  return {
    number(tag) {
      const found = entry(tag);
      if (found === null || found.count !== 1) return null;
      if (found.type === SHORT) return view.getUint16(found.at, little);
      if (found.type === LONG) return view.getUint32(found.at, little);
      if (found.type !== RATIONAL) return null;
      const at = view.getUint32(found.at, little);
      if (at + 8 > view.byteLength) return null;
      const value = view.getUint32(at, little) / view.getUint32(at + 4, little);
      return Number.isFinite(value) ? value : null;
    },
    text(tag) {
      const found = entry(tag);
      if (found === null || found.type !== ASCII || found.count === 0) return '';
      const at = found.count <= 4 ? found.at : view.getUint32(found.at, little);
      const length = Math.min(found.count, MAX_TEXT, view.byteLength - at);
      if (length <= 0) return '';
      return Buffer.from(view.buffer, view.byteOffset + at, length)
        .toString('latin1')
        .split('\0')[0]!;
    },
  };
}
