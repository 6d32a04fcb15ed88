import { Z90 } from '../../contract/verdict.ts';
import { outlineSigma, standsElsewhere } from '../../scene/measure.ts';
import { projectToTable } from '../../scene/objects/project.ts';
import { coveredBy } from '../../scene/table.ts';
import type { Footprint, Point, Scene, SceneObject } from '../../scene/types.ts';
import { convexHull } from './hull.ts';
import type { Body, Hidden, Vicinity } from './problem.ts';
import { clearance, type Region, regionOf } from './region.ts';
import { centreOfPoints, polygonShape, type Shape, shapeOf } from './shape.ts';

/** Flat objects that others may stand on. */
const FLAT = new Set(['coaster', 'desk_mat', 'mat', 'placemat', 'paper', 'tablecloth']);
/** Not on the table: the table itself, and what stands beside it. */
const OFF_TABLE = new Set(['table', 'desk', 'person', 'chair', 'couch', 'bed', 'bench', 'floor']);

/** How far beyond everything that was seen an object may be put where nobody marked the table, mm. */
const REACH = 400;

/** The plane that moves are found on: table mm, or without calibration the image's pixels. */
export interface Plane {
  readonly unit: 'mm' | 'px';
  readonly table: Region;
  readonly bodies: readonly Body[];
  readonly vicinity: Vicinity | null;
  readonly hidden: readonly Hidden[];
  /** Body index by object id. */
  readonly index: ReadonlyMap<string, number>;
}

const finite = (p: Point) => Number.isFinite(p.x) && Number.isFinite(p.y);

/** Null when the plane has no usable border. Objects without a place on it are left out. */
export function planeOf(scene: Scene, movable: readonly string[]): Plane | null {
  const unit = scene.calibration.homography === null ? 'px' : 'mm';
  const mayMove = ({ class: name, id }: SceneObject) => movable.includes(name) || movable.includes(id);
  const border = unit === 'mm' ? tableMm(scene, mayMove) : tablePx(scene);
  if (border === null) return null;
  const table = regionOf(border);
  const doubt = unit === 'mm' ? Z90 * finiteOr(scene.table.sigma, 0) : 0;
  const bodies: Body[] = [];
  const index = new Map<string, number>();
  for (const object of scene.objects) {
    if (OFF_TABLE.has(object.class) || index.has(object.id)) continue;
    const footprint = unit === 'mm' ? object.footprint : boxFootprint(object);
    if (footprint === null || !isUsable(footprint)) continue;
    const { shape, centre } = shapeOf(footprint);
    const foot = unit === 'mm' ? shape : footShape(object, centre);
    index.set(object.id, bodies.length);
    bodies.push({
      id: object.id,
      shape,
      foot,
      inset: Math.max(0, Math.min(doubt, clearance(table, foot, centre.x, centre.y))),
      sigma: unit === 'mm' ? finiteOr(outlineSigma(object), 0) : 0,
      startX: centre.x,
      startY: centre.y,
      movable: mayMove(object),
      flat: FLAT.has(object.class),
    });
  }
  const vicinity = unit === 'mm' && scene.table.reference !== 'declared' ? vicinityOf(bodies) : null;
  return { unit, table, bodies, vicinity, hidden: hiddenBy(scene, unit, index), index };
}

/** The table and what belongs to it hide nothing of it; a place with one of these names is a place on the table. */
const TABLE = new Set(['table', 'desk', 'floor']);

/**
 * What was seen covers a part of the plane: whether there is table under a person, or room behind a screen, the image
 * does not show. In pixels what stands on the table is in the way with its whole box anyway.
 */
function hiddenBy(scene: Scene, unit: Plane['unit'], index: ReadonlyMap<string, number>): Hidden[] {
  return scene.objects.flatMap((o): Hidden[] => {
    const body = index.get(o.id) ?? -1;
    if (TABLE.has(o.class) || FLAT.has(o.class) || (unit === 'px' && body >= 0)) return [];
    const { kind, points } = boxFootprint(o) as Extract<Footprint, { kind: 'polygon' }>;
    const covered = unit === 'px' ? points : coveredBy(o.bbox, scene.calibration);
    if (covered === null || !isUsable({ kind, points: covered })) return [];
    const { shape, centre } = shapeOf({ kind, points: covered });
    return [{ body, shape, ...centre }];
  });
}

const finiteOr = (value: number | null, other: number) => (value !== null && Number.isFinite(value) ? value : other);

/** Tables are convex, so what lies between objects is table too; a little beyond them most likely is. */
function vicinityOf(bodies: readonly Body[]): Vicinity | null {
  const points = bodies.flatMap(({ shape, startX, startY }) =>
    shape.kind === 'disk'
      ? COMPASS.map(([x, y]) => ({ x: startX + x * shape.radius, y: startY + y * shape.radius }))
      : shape.x.map((x, i) => ({ x: startX + x, y: startY + shape.y[i]! })),
  );
  const hull = convexHull(points);
  if (hull.length < 3) return null;
  const centre = centreOfPoints(hull);
  return { hull: polygonShape(hull, centre), ...centre, reach: REACH };
}

const COMPASS = [
  [1, 0],
  [0, 1],
  [-1, 0],
  [0, -1],
] as const;

function isUsable(footprint: Footprint): boolean {
  if (footprint.kind === 'disk') return finite(footprint.centre) && footprint.radius >= 0 && footprint.radius < 1e5;
  return footprint.points.length >= 3 && footprint.points.every(finite);
}

function boxFootprint({ bbox: [x1, y1, x2, y2] }: SceneObject): Footprint {
  return {
    kind: 'polygon',
    points: [
      { x: x1, y: y1 },
      { x: x2, y: y1 },
      { x: x2, y: y2 },
      { x: x1, y: y2 },
    ],
  };
}

/** The lower part of a box, where the object touches the table. */
function footShape({ bbox: [x1, y1, x2, y2] }: SceneObject, centre: Point): Shape {
  const top = y2 - 0.3 * Math.min(x2 - x1, y2 - y1);
  return polygonShape(
    [
      { x: x1, y: top },
      { x: x2, y: top },
      { x: x2, y: y2 },
      { x: x1, y: y2 },
    ],
    centre,
  );
}

const corners = ({ width, height }: Scene): Point[] => [
  { x: 0, y: 0 },
  { x: width, y: 0 },
  { x: width, y: height },
  { x: 0, y: height },
];

function tablePx(scene: Scene): readonly Point[] | null {
  const { polygonPx } = scene.table;
  const border = polygonPx.length >= 3 && polygonPx.every(finite) ? polygonPx : corners(scene);
  return isArea(border) ? border : null;
}

/** A detected table on which something movable does not stand is not the table to keep to. */
function tableMm(scene: Scene, movable: (o: SceneObject) => boolean): readonly Point[] | null {
  const { polygon } = scene.table;
  const other = scene.objects.some((o) => movable(o) && standsElsewhere(scene, o));
  if (!other && polygon !== null && polygon.length >= 3 && polygon.every(finite))
    return isArea(polygon) ? polygon : null;
  const border = corners(scene).map((p) => projectToTable(scene.calibration, p));
  return border.every(finite) && isArea(border) ? border : null;
}

function isArea(points: readonly Point[]): boolean {
  const { minX, maxX, minY, maxY } = regionOf(points);
  return maxX - minX > 1 && maxY - minY > 1 && maxX - minX < 1e6 && maxY - minY < 1e6;
}

/** The object moved on the table, or without a place there its box in the image. */
export function shifted(object: SceneObject, dx: number, dy: number): SceneObject {
  if (dx === 0 && dy === 0) return object;
  const { footprint, bbox } = object;
  if (footprint !== null) return { ...object, footprint: shiftFootprint(footprint, dx, dy), carried: { x: dx, y: dy } };
  return { ...object, bbox: [bbox[0] + dx, bbox[1] + dy, bbox[2] + dx, bbox[3] + dy] };
}

function shiftFootprint(footprint: Footprint, dx: number, dy: number): Footprint {
  if (footprint.kind === 'disk')
    return { ...footprint, centre: { x: footprint.centre.x + dx, y: footprint.centre.y + dy } };
  return { ...footprint, points: footprint.points.map((p) => ({ x: p.x + dx, y: p.y + dy })) };
}
