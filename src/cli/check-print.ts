import { basename } from 'node:path';
import { decodeScaled } from '../image/decode/scale.ts';
import { createImageIntake } from '../image/intake.ts';
import { findQuads } from '../image/markers/find-quads.ts';
import { findTags } from '../image/markers/find-tags.ts';
import { CORNER_SIGMA, lookedAt } from '../image/markers/read-markers.ts';
import { printableJson } from '../plain-text.ts';
import { checkPrint as compare, type PrintCheck } from '../scene/markers/check-print.ts';
import { MARKER_SHEETS } from '../scene/markers/sheet.ts';
import { photoPath } from './photo-path.ts';
import { readImage } from './read-image.ts';
import { print, tellLine } from './terminal.ts';

/** Says whether the sheet in a photo was printed true to size. Exit status: 0 it was, 1 it was not or nobody knows. */
export async function checkPrint(photo: string, json: boolean): Promise<number> {
  const { path, warnings } = await photoPath(photo);
  for (const warning of warnings) tellLine(`${photo}: ${warning}`);
  const bytes = await readImage(path);
  const {
    width,
    height,
    focal35mm,
    bytes: checked,
  } = await createImageIntake({ allowedRoots: [] }).fromBytes(bytes, basename(path));
  const size = lookedAt({ width, height }, MAX_SIDE);
  const { pixels } = await decodeScaled(checked, { ...size, kernel: 'linear', grey: 'green' });
  const grey = { data: pixels, ...size };
  const check = compare({
    ...size,
    focal35mm,
    seen: { tags: findTags(grey), sigmaPx: CORNER_SIGMA },
    quads: findQuads(grey),
  });
  print(json ? `${printableJson(check, 2)}\n` : `${describe(check)}\n`);
  return 'verdict' in check && check.verdict === 'true to size' ? 0 : 1;
}

/** One photo is looked at for long: a card is small. */
const MAX_SIDE = 2000;

const NEEDS = {
  sheet: 'No printed sheet of ours is to be seen (or it is bent): put it flat on the table, two tags or more in sight.',
  'one sheet': 'Several printed sheets are in the picture: leave the one to be checked.',
  card: 'No bank card is to be seen: lay one flat on the table beside the sheet, wholly in sight, where it stands out from the ground.',
} as const;

function describe(check: PrintCheck): string {
  if ('needs' in check) return `Cannot tell whether the print is true to size. ${NEEDS[check.needs]}`;
  const { paper, ratio, sigma, verdict } = check;
  const size = `The ${MARKER_SHEETS[paper].name} sheet was printed at ${(100 * ratio).toFixed(1)} ± ${(164.49 * sigma).toFixed(1)} % of its size (a bank card beside it is 85.60 x 53.98 mm)`;
  if (verdict === 'true to size') return `${size}: it is true to size.`;
  if (verdict === 'not sure')
    return `${size}: that cannot be told from 100 %. Take the photo from nearer and from above, or measure the line on the sheet.`;
  return `${size}: every length measured with it is too ${ratio < 1 ? 'large' : 'small'} by as much. Print it again at 100 %.`;
}
