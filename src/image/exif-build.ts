import { type LensFacts, MM35_DIAGONAL } from './lens-facts.ts';

const ORIENTATION = 0x0112;
const SOFTWARE = 0x0131;
const EXIF_POINTER = 0x8769;
const FOCAL_LENGTH = 0x920a;
const PIXEL_X = 0xa002;
const PIXEL_Y = 0xa003;
const PLANE_X = 0xa20e;
const PLANE_Y = 0xa20f;
const PLANE_UNIT = 0xa210;
const MILLIMETRE = 4;
const DIGITAL_ZOOM = 0xa404;
const FOCAL_LENGTH_IN_35MM = 0xa405;
const ASCII = 2;
const SHORT = 3;
const LONG = 4;
const RATIONAL = 5;

/**
 * A little-endian TIFF block (EXIF 2.32, section 4.5) that holds orientation, focal length, the size that the camera made,
 * an open digital zoom, and whether the picture was edited, as `lensFacts` reads them; null when all are plain.
 */
export function buildExif(facts: { orientation: number; lens: LensFacts | null }): Buffer | null {
  const { orientation, lens } = facts;
  const turned = orientation > 1 && orientation <= 8;
  if (!turned && lens === null) return null;
  const first: Entry[] = turned ? [[ORIENTATION, SHORT, [orientation]]] : [];
  if (lens?.edited) first.push([SOFTWARE, ASCII, 'edited']);
  const second = lens === null ? [] : ofLens(lens);
  if (second.length > 0) {
    const pointer: Entry = [EXIF_POINTER, LONG, [0]];
    const at = 8 + lengthOf([...first, pointer]);
    first.push([EXIF_POINTER, LONG, [at]]);
  }
  const start = Buffer.from('II*\0\x08\0\0\0', 'latin1');
  const one = directory(first, 8);
  return Buffer.concat([start, one, ...(second.length > 0 ? [directory(second, 8 + one.length)] : [])]);
}

/** Sorted by tag, as a directory must be. */
function ofLens({ mm35, zoom, pixels, fromLens }: LensFacts): Entry[] {
  // As if the sensor were 36 x 24 mm, so that it is read as what lens and sensor say.
  const isSensor = fromLens && mm35 >= 8 && mm35 <= 1000;
  const plane = isSensor && pixels !== null ? Math.hypot(...pixels) / MM35_DIAGONAL : null;
  return [
    ...(plane === null ? [] : [[FOCAL_LENGTH, RATIONAL, rational(mm35)] as const]),
    ...(pixels === null
      ? []
      : ([
          [PIXEL_X, LONG, [pixels[0]]],
          [PIXEL_Y, LONG, [pixels[1]]],
        ] as const)),
    ...(plane === null
      ? []
      : ([
          [PLANE_X, RATIONAL, rational(plane)],
          [PLANE_Y, RATIONAL, rational(plane)],
          [PLANE_UNIT, SHORT, [MILLIMETRE]],
        ] as const)),
    ...(zoom > 1 ? ([[DIGITAL_ZOOM, RATIONAL, rational(zoom)]] as const) : []),
    ...(plane === null ? [[FOCAL_LENGTH_IN_35MM, SHORT, [Math.round(mm35)]] as const] : []),
  ];
}

/** Each part has 32 bits. */
function rational(value: number): [number, number] {
  const parts = value < 4000 ? 1e6 : 1e3;
  return [Math.round(value * parts), parts];
}

type Entry = readonly [tag: number, type: number, value: string | readonly number[]];

/** What a directory holds behind its entries: values of more than four bytes. */
const beyond = ([, type, value]: Entry): Buffer | null => {
  if (type === ASCII) return Buffer.from(`${value}\0`.padEnd(8, '\0'), 'latin1');
  if (type !== RATIONAL) return null;
  const block = Buffer.alloc(8);
  (value as readonly number[]).forEach((n, i) => void block.writeUInt32LE(n, 4 * i));
  return block;
};

const tableLength = (entries: readonly Entry[]) => 2 + 12 * entries.length + 4;
const lengthOf = (entries: readonly Entry[]) =>
  entries.reduce((sum, entry) => sum + (beyond(entry)?.length ?? 0), tableLength(entries));

function directory(entries: readonly Entry[], offset: number): Buffer {
  const table = Buffer.alloc(tableLength(entries));
  const data: Buffer[] = [];
  let next = offset + table.length;
  table.writeUInt16LE(entries.length, 0);
  entries.forEach((entry, i) => {
    const [tag, type, value] = entry;
    const at = 2 + 12 * i;
    const far = beyond(entry);
    table.writeUInt16LE(tag, at);
    table.writeUInt16LE(type, at + 2);
    table.writeUInt32LE(type === ASCII ? value.length + 1 : 1, at + 4);
    table.writeUInt32LE(far === null ? (value[0] as number) : next, at + 8);
    if (far !== null) {
      data.push(far);
      next += far.length;
    }
  });
  return Buffer.concat([table, ...data]);
}
