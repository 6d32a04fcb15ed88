import type { CheckedRequest } from '../contract/analyze-request.ts';
import type { Box } from '../contract/detection.ts';
import { AppError } from '../errors.ts';
import { checkPoints } from './points-check.ts';

interface Size {
  readonly width: number;
  readonly height: number;
}

type About = Pick<CheckedRequest, 'size' | 'detections' | 'calibration' | 'zones' | 'table_corners'>;

/** Detectors draw boxes a little over the edge: so many pixels, or this share of the side, are let through. */
const OVER_PX = 2;
const OVER_SHARE = 0.02;
/** In an image smaller than this a box of one pixel may be meant. */
const TINY_PX = 8;

/**
 * What a caller says about the image must agree with it: the size that was read from the image, and boxes that are
 * [x1, y1, x2, y2] in its pixels. Boxes in another form would be measured as if they were not: they are refused, and
 * never converted, because a list of four numbers does not say which form it has.
 */
export function checkAgainstImage(request: About, image: Size): void {
  if (request.size) checkSize(request.size, image);
  checkPoints(request, image);
  const boxes = (request.detections ?? []).map(({ bbox }) => bbox);
  for (const check of [checkUnit, checkOrder, checkInside]) check(boxes, image);
}

function checkSize(said: Size, image: Size): void {
  if (said.width === image.width && said.height === image.height) return;
  const swapped = said.width === image.height && said.height === image.width;
  const why = swapped
    ? 'Width and height are swapped: an image is read upright, its EXIF orientation applied.'
    : 'Boxes and points of an image of another size would be measured wrongly.';
  throw new AppError('VALIDATION_002', {
    message: `"size" says ${shown(said)}, but the image has ${shown(image)}. ${why}`,
    advice: 'Leave "size" out when you give the image, and give coordinates in pixels of the upright image.',
    details: { field: 'size', seen: said, image: sizeOf(image) },
  });
}

/** Nothing that is measured is smaller than a pixel. */
function checkUnit(boxes: readonly Box[], image: Size): void {
  if (Math.min(image.width, image.height) <= TINY_PX) return;
  const tiny = (box: Box) => box.every((v) => v >= 0 && v <= 1);
  const at = boxes.findIndex(tiny);
  if (at < 0) return;
  const [x1, y1, x2, y2] = boxes[at]!;
  if (!boxes.every(tiny)) throw wrongBox(boxes, at, image, 'is not larger than one pixel');
  const pixels = [x1 * image.width, y1 * image.height, x2 * image.width, y2 * image.height];
  const perhaps = x2 > x1 && y2 > y1 ? `; if it is [x1, y1, x2, y2], give [${pixels.map(Math.round).join(', ')}]` : '';
  throw wrongBox(boxes, at, image, `looks like fractions of the image${perhaps}`);
}

function checkOrder(boxes: readonly Box[], image: Size): void {
  const at = boxes.findIndex(([x1, y1, x2, y2]) => x2 <= x1 || y2 <= y1);
  if (at < 0) return;
  const sides = boxes.map(([x, y, width, height]): Box => [x, y, x + width, y + height]);
  const readsAsSides = boxes.every(([, , width, height]) => width > 0 && height > 0);
  if (readsAsSides && sides.every((box) => inside(box, image))) {
    const meant = `looks like [x, y, width, height]; give [x1, y1, x2, y2], here [${sides[at]!.map(short).join(', ')}]`;
    throw wrongBox(boxes, at, image, meant);
  }
  const [x1, y1, x2, y2] = boxes[at]!;
  const flat = x1 === x2 || y1 === y2;
  throw wrongBox(boxes, at, image, flat ? 'has no area' : 'does not have x1 < x2 and y1 < y2');
}

function checkInside(boxes: readonly Box[], image: Size): void {
  const at = boxes.findIndex((box) => !inside(box, image));
  if (at < 0) return;
  const turned = { width: image.height, height: image.width };
  const asTurned = image.width !== image.height && boxes.every((box) => inside(box, turned));
  const hint = asTurned
    ? `; all boxes would lie in one of ${shown(turned)}: boxes belong to the upright image, its EXIF orientation applied`
    : '';
  throw wrongBox(boxes, at, image, `lies outside the image${hint}`);
}

function inside([x1, y1, x2, y2]: Box, { width, height }: Size): boolean {
  const over = (side: number) => Math.max(OVER_PX, OVER_SHARE * side);
  return x1 >= -over(width) && y1 >= -over(height) && x2 <= width + over(width) && y2 <= height + over(height);
}

function wrongBox(boxes: readonly Box[], index: number, image: Size, problem: string): AppError {
  const field = `detections.${index}.bbox`;
  const seen = boxes[index]!;
  return new AppError('VALIDATION_002', {
    message: `${field} [${seen.map(short).join(', ')}] ${problem}. The image has ${shown(image)}.`,
    advice: 'Give each bbox as [x1, y1, x2, y2]: left, top, right, bottom in pixels of the upright image.',
    details: { field, index, seen, image: sizeOf(image) },
  });
}

const short = (value: number) => Number(value.toPrecision(6));
const shown = ({ width, height }: Size) => `${width} x ${height} pixels`;
/** Without what else a caller's object carries: it goes into the answer. */
const sizeOf = ({ width, height }: Size): Size => ({ width, height });
