import * as z from 'zod';
import type { Scene, SceneObject } from '../../scene/types.ts';

/** More things than a desk holds; the longest gone are forgotten first. */
export const MAX_TRACKS = 200;
/** More pairs of rule and object than anybody reads about. */
export const MAX_CELLS = 2000;

const At = z.iso.datetime();
const Cov = z.strictObject({ xx: z.number(), xy: z.number(), yy: z.number() });

/** As it was last measured, with the id of its track. It comes from our own store. */
const Seen = z.custom<SceneObject>((value) => typeof value === 'object' && value !== null && 'bbox' in value);

/** One place at which a thing stands: means over the frames that saw it there. */
export const Stay = z.strictObject({
  since: At,
  /** Frames in which it was measured anew. */
  n: z.int().positive(),
  /** Camera time since it stands there, unseen time left out. */
  seen_ms: z.number().nonnegative(),
  /** Middle and size of its box, pixels. */
  px: z.tuple([z.number(), z.number(), z.number(), z.number()]),
  /** Mean of its middle, mm; null: no millimetres. */
  mm: z.tuple([z.number(), z.number()]).nullable(),
  /** Sums of squared deviations of its middle from the mean: along both axes, px² and mm². */
  scatter_px: z.number().nonnegative(),
  scatter: z.tuple([z.number().nonnegative(), z.number().nonnegative()]),
  /** Sum of squared differences between one frame and the next, mm²: they tell how far neighbours err alike. */
  steps: z.number().nonnegative(),
  last_mm: z.tuple([z.number(), z.number()]).nullable(),
  /** Mean of the covariance stated for one frame, mm². */
  stated: Cov.nullable(),
  /** Mean radius of a round footprint, mm. */
  radius: z.number().nullable(),
});
export type Stay = z.infer<typeof Stay>;

export const Track = z.strictObject({
  track_id: z.string(),
  class: z.string(),
  /** Frames in which it was given each name. */
  named: z.record(z.string(), z.int().positive()),
  first_seen: At,
  last_seen: At,
  /** It was told, or was there from the beginning. */
  known: z.boolean(),
  /** Camera time since it was last seen; 0: it is in sight. */
  absent_ms: z.number().nonnegative(),
  /** It was looked for and not found. */
  absent: z.boolean(),
  /** Time since it was last seen in which nobody looked. */
  unseen_ms: z.number().nonnegative(),
  object: Seen,
  stay: Stay,
  /** Where it stood when that was last told: small moves add up from here. */
  anchor: z.strictObject({
    px: z.tuple([z.number(), z.number(), z.number(), z.number()]),
    mm: z.tuple([z.number(), z.number()]).nullable(),
  }),
  /** Where it seems to stand now, until that is sure. */
  elsewhere: Stay.nullable(),
  moved: z.strictObject({ value: z.number(), uncertainty: z.number() }).nullable(),
  /** How often of late it was moved on from a place where it stood for a moment only. */
  restless: z.int().nonnegative().default(0),
});
export type Track = z.infer<typeof Track>;

/** Something that the detector saw and did not believe: no object yet, but whatever is believed there later did not just come. */
export const Latent = z.strictObject({
  class: z.string(),
  px: Stay.shape.px,
  since: At,
  last_seen: At,
  /** Looks that saw it. */
  n: z.int().positive(),
  /** Since the first look, or it was believed then. */
  always: z.boolean(),
});
export type Latent = z.infer<typeof Latent>;

export const CELL_KINDS = ['violated', 'uncertain', 'satisfied', 'not_applicable', 'hidden'] as const;
export type CellKind = (typeof CELL_KINDS)[number];

/** Of a verdict, for the events. */
const Said = z.strictObject({
  objects: z.array(z.strictObject({ track_id: z.string(), class: z.string() })),
  reason: z.string(),
  measured: z.number().nullable(),
  uncertainty: z.number().nullable(),
  required: z.number().nullable(),
});

/** One rule on one object (or on the desk as a whole), as it runs in time. */
export const Cell = z.strictObject({
  rule_id: z.string(),
  /** Track of the object that the rule is about; null: it is about the desk as a whole. */
  subject: z.string().nullable(),
  broken: z.boolean(),
  /** When it broke; null: it is not broken. */
  broken_since: At.nullable(),
  kind: z.enum(CELL_KINDS),
  /** Begin of what may become a change; null: nothing points to one. */
  run_since: At.nullable(),
  /** Camera time in the run, ms: what speaks for the change, against it, tells nothing, was not seen. */
  run_ms: z.strictObject({ toward: z.number(), contrary: z.number(), open: z.number(), unseen: z.number() }),
  /** Of `contrary`, what came last without a break. */
  contrary_ms: z.number(),
  /** Time out of sight that counts for the run if what comes into sight again is as it was. */
  pending_ms: z.number(),
  /** Since it broke. */
  broken_ms: z.strictObject({ seen: z.number(), unseen: z.number() }),
  /** How often it changed of late: each time it has to last longer to be told. */
  restless: z.int().nonnegative(),
  calm_ms: z.number(),
  uncertain_since: At.nullable(),
  uncertain_ms: z.number(),
  uncertain_told: z.boolean(),
  /** Of the verdict that was last open. */
  last: Said,
  /** Of the verdict that it is fine, as it was last seen; null: it is not, or that was not listed. */
  fine: Said.nullable().default(null),
});
export type Cell = z.infer<typeof Cell>;

/** All that a camera remembers from one frame to the next. JSON, and bounded. */
export const CameraState = z.strictObject({
  version: z.literal(1),
  camera: z.string(),
  last_at: At.nullable(),
  /** Frames in a row that are older than the last one: a clock that was set back. */
  older: z.int().nonnegative(),
  older_at: At.nullable(),
  lost_since: At.nullable(),
  lost_told: z.boolean(),
  /** The camera was moved since it was calibrated. */
  moved: z.strictObject({ on: z.boolean(), run_since: At.nullable(), run_ms: z.number() }),
  tracks: z.array(Track).max(MAX_TRACKS),
  latent: z.array(Latent).max(MAX_TRACKS).default([]),
  numbers: z.record(z.string(), z.int().positive()),
  cells: z.array(Cell).max(MAX_CELLS),
  /** Ids of the rules that the cells come from, in order. */
  judged: z.array(z.string()).max(MAX_CELLS),
  /** Rules with a deadline: whether it is met, or was missed unseen, on this local day. */
  deadlines: z.record(z.string(), z.strictObject({ day: z.string(), settled: z.boolean() })),
  /** The last scene without its objects, which are in the tracks. */
  view: z.custom<Omit<Scene, 'objects'>>((value) => value === null || typeof value === 'object').nullable(),
});
export type CameraState = z.infer<typeof CameraState>;

export const newCamera = (camera: string): CameraState => ({
  version: 1,
  camera,
  last_at: null,
  older: 0,
  older_at: null,
  lost_since: null,
  lost_told: false,
  moved: { on: false, run_since: null, run_ms: 0 },
  tracks: [],
  latent: [],
  numbers: {},
  cells: [],
  judged: [],
  deadlines: {},
  view: null,
});
