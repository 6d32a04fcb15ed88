import type { Box } from '../contract/detection.ts';
import type { ClassRecall } from '../contract/recall.ts';

/** A point on the table plane in mm: x grows to the right of the image, y toward the viewer (down in the image). */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Covariance of a position, mm². */
export interface Cov2 {
  readonly xx: number;
  readonly xy: number;
  readonly yy: number;
}

/** Row-major 3x3. */
export type Mat3 = readonly [number, number, number, number, number, number, number, number, number];

/** Where an object touches the table, mm. Polygons are convex, counter-clockwise in a y-down frame. */
export type Footprint =
  | { readonly kind: 'disk'; readonly centre: Point; readonly radius: number }
  | { readonly kind: 'polygon'; readonly points: readonly Point[] };

/** A length with its standard error (one sigma), both mm. */
export interface Measure {
  readonly value: number;
  readonly sigma: number;
}

export type CalibrationMethod = 'homography' | 'camera' | 'marker' | 'known_objects' | 'scale' | 'none';

/** How pixels become millimetres. */
export interface Calibration {
  readonly method: CalibrationMethod;
  readonly source: 'request' | 'stored' | 'reference_object' | 'none';
  /** Upright image pixels to table mm; null when nothing is known. */
  readonly homography: Mat3 | null;
  /** Scale at the image centre, mm per pixel; null when nothing is known. */
  readonly mmPerPixel: number | null;
  /** Standard error of the overall scale as a fraction of it: common to all lengths of the scene. */
  readonly scaleSigma: number | null;
  /** Root mean square misfit of the references, mm; null where the method has no redundancy. */
  readonly residualMm: number | null;
  /** What the scale was read from, e.g. object ids or "A4 sheet". */
  readonly references: readonly string[];
  readonly assumptions: readonly string[];
  /** Why there are no millimetres, or why they are weak; null when all is well. */
  readonly reason: string | null;
  /** The image speaks against what the caller said of it, for the reason given: nothing is promised on its ground. */
  readonly contradicted?: boolean;
  /** Corners of the printed sheet that it was read from, pixels. */
  readonly sheetPx?: readonly Point[];
  /** What the scene needs to use this calibration again; absent or null: only the homography is known. */
  readonly view?: View | null;
}

/** The image and the camera that a calibration belongs to. */
export interface View {
  /** Size of the image in pixels. */
  readonly width: number;
  readonly height: number;
  /** Focal length in pixels and its relative standard error. */
  readonly focalPx: number;
  readonly focalSigma: number;
  /**
   * Errors of the plane besides the common scale (tilt, corners, focal length): each maps table mm to the table mm
   * that would be measured if this one independent error were one sigma large.
   */
  readonly modes: readonly Mat3[];
}

/** What an object stands on, with the probability that it does. */
export interface Support {
  readonly surfaceId: string;
  readonly probability: number;
}

export interface SceneObject {
  /** `mug-1`, `laptop-1`, …: stable for one scene, numbered by descending confidence. */
  readonly id: string;
  readonly class: string;
  readonly sourceClass?: string;
  /** Other names that the same thing was reported under. */
  readonly alsoSeenAs?: readonly { readonly class: string; readonly confidence: number }[];
  readonly confidence: number;
  readonly bbox: Box;
  /** Null when there is no calibration. */
  readonly footprint: Footprint | null;
  /** Covariance of the footprint's position without the common scale error; null when there is no calibration. */
  readonly covariance: Cov2 | null;
  /** How far it was moved since it was measured, mm: that way is exact, and its errors are those of the old place. */
  readonly carried?: Point;
  /** Standard error of the footprint's outline (radius or half width), mm. */
  readonly outlineSigma: number | null;
  /**
   * Standard error of where the outline ends, position included, in equally spaced directions that start at +x and
   * turn toward +y, mm. Absent: covariance and `outlineSigma` are taken together.
   */
  readonly edgeSigma?: readonly number[];
  /** What its footprint was measured from; absent: its box alone. */
  readonly measuredFrom?: 'outline';
  /** Surfaces the object may stand on, most likely first; the table itself is not listed. */
  readonly on: readonly Support[];
  /** Measured attributes only, e.g. `{handle_deg: 140}`. Absent when not measured. */
  readonly attributes: Readonly<Record<string, string | number>>;
}

/** A named region of the table: declared by the caller or stored with a calibration. */
export interface Zone {
  readonly name: string;
  /** `coaster` and `desk_mat` zones stand in for objects that the detector does not know. */
  readonly kind: 'coaster' | 'desk_mat' | 'zone';
  /** Image pixels. */
  readonly polygonPx: readonly Point[];
  /** Table mm; null when there is no calibration. */
  readonly polygon: readonly Point[] | null;
}

/** A line of the image that may be the table's edge: the table, being convex, ends there or before. */
export interface EdgeLine {
  /** Ends of what is seen of it, image pixels. */
  readonly fromPx: Point;
  readonly toPx: Point;
  /** The same in mm. */
  readonly from: Point;
  readonly to: Point;
  /** Unit vector across it, towards what stands on the table, mm. */
  readonly inward: Point;
  /** Standard error of its place across itself, mm; the calibration's error comes to it. */
  readonly sigma: number;
  readonly probability: number;
}

export interface TableEdge {
  /**
   * Where the edge was taken from: marked corners, lines of the image, a detected table's box. `image`: no edge is known,
   * and the image's border stands in for it.
   */
  readonly reference: 'declared' | 'visible' | 'surface' | 'image';
  readonly polygonPx: readonly Point[];
  readonly polygon: readonly Point[] | null;
  /** Standard error of the edge's position, mm. */
  readonly sigma: number | null;
  /**
   * Standard error of each side of `polygon` (from its point to the next), mm; null where the image ends and the table
   * goes on. Absent: `sigma` holds for all.
   */
  readonly sides?: readonly (number | null)[];
  /** Where the image was asked: the lines that may be the edge, the most probable first. */
  readonly lines?: readonly EdgeLine[];
  /** Table that the image shows close around things on it, mm² by id. Absent: nobody looked. */
  readonly seenAround?: Readonly<Record<string, number>>;
  /**
   * Probabilities that the table goes on beyond things on it for each of `MARGINS` (scene/table/table-margin.ts), by id, as the
   * image shows it around where they were measured. Absent: nobody looked.
   */
  readonly goesOn?: Readonly<Record<string, readonly number[]>>;
  /** The box of a detected table on the plane, where the edge was not taken from it. */
  readonly detected?: { readonly polygon: readonly Point[]; readonly sigma: number };
}

export interface Scene {
  readonly width: number;
  readonly height: number;
  /** Absent: somebody listed the objects, and what is not listed is not there. */
  readonly classRecall?: ClassRecall;
  readonly calibration: Calibration;
  readonly objects: readonly SceneObject[];
  readonly zones: readonly Zone[];
  readonly table: TableEdge;
  /** office, kitchen, …; null when the caller did not say. */
  readonly context: string | null;
}
