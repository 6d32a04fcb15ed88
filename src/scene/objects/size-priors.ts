/**
 * How large objects on desks are: mean and spread per kind, mm. Reasons and sources stand in `source` and in
 * docs/accuracy.md. The renderer of training draws its objects from narrower ranges.
 */

/** Mean and standard deviation. */
export interface Normal {
  readonly mean: number;
  readonly sd: number;
}

interface Prior {
  /** Share of this kind among the objects that carry the class name. */
  readonly share: number;
  readonly kind: string;
  readonly source: string;
}

/** Stands upright and is round: mug, glass, bottle, bowl. */
export interface RoundPrior extends Prior {
  readonly shape: 'round';
  /** Largest outer diameter. */
  readonly diameter: Normal;
  readonly height: Normal;
  /** Base diameter as a fraction of the largest, from … to. */
  readonly foot: readonly [number, number];
  /** `cup` has straight walls, `bowl` walls that bulge, so that its lower border hides the base from above. */
  readonly profile: 'cup' | 'bowl' | 'bottle' | 'goblet';
  /** Share that has a handle, and how far it reaches beyond the body, from … to. */
  readonly handle: { readonly share: number; readonly reach: readonly [number, number] } | null;
}

/** Lies flat: keyboard, mouse, phone, book, coaster, desk mat, closed laptop. */
export interface SlabPrior extends Prior {
  readonly shape: 'slab';
  /** Left to right when it faces the viewer. */
  readonly width: Normal;
  readonly depth: Normal;
  readonly thickness: readonly [number, number];
  /** `facing`: mostly square to the viewer; `any`: turned at random. */
  readonly turned: 'facing' | 'any';
  readonly outline: 'rectangle' | 'ellipse';
  /** Rounded on top, like a mouse. */
  readonly dome?: true;
}

export interface LaptopPrior extends Prior {
  readonly shape: 'laptop';
  readonly width: Normal;
  /** Depth of the base as a fraction of its width, from … to. */
  readonly depthRatio: readonly [number, number];
  readonly thickness: readonly [number, number];
  /** Angle between base and screen in degrees. */
  readonly lid: Normal;
}

export interface MonitorPrior extends Prior {
  readonly shape: 'monitor';
  readonly width: Normal;
  /** Height of the panel as a fraction of its width. */
  readonly panelRatio: Normal;
  /** Height of the panel's lower edge over the table. */
  readonly lift: readonly [number, number];
  /** What detectors draw their box around: mostly the panel alone (docs/accuracy.md). */
  readonly seen: 'panel' | 'panel and stand';
  readonly standWidth: readonly [number, number];
  readonly standDepth: readonly [number, number];
}

/** Stands on a narrow side: a book on its edge. */
export interface BlockPrior extends Prior {
  readonly shape: 'block';
  readonly width: Normal;
  readonly height: Normal;
  /** Depth as a fraction of the height, from … to. */
  readonly depthRatio: readonly [number, number];
}

export type SizePrior = RoundPrior | SlabPrior | LaptopPrior | MonitorPrior | BlockPrior;

const n = (mean: number, sd: number): Normal => ({ mean, sd });

/** Middle and standard deviation of an even spread between two catalogue sizes. */
const between = (low: number, high: number): Normal => n((low + high) / 2, (high - low) / Math.sqrt(12));

const MUGS = 'catalogue sizes of 8-15 oz mugs, 75-95 mm across and 85-110 mm high';
const LAPTOPS = 'maker data sheets of 11-17 inch laptops, 280-400 mm wide';
const KEYBOARDS =
  'maker data sheets: 104 keys 418-465 mm, tenkeyless 345-370 mm, 60-75 % and small wireless ones 270-330 mm, with wrist rest or split 450-510 mm wide and 160-265 mm deep';
const MONITORS =
  'maker data sheets of 19-34 inch monitors: 4:3 and 5:4 375-450 mm wide, 16:9 and 16:10 470-730 mm, 21:9 690-830 mm';

/**
 * Share of the boxes of monitors that end at the panel: 16 of the 21 that DEIMv2-Femto finds on desk60 and two photos beside
 * it; people, and detectors on rendered desks, draw the stand too.
 */
const PANEL_ONLY = 0.6;

/** A form of monitor, as boxes hold it: without its stand, or with it. */
function monitors(kind: string, share: number, width: Normal, panelRatio: Normal): MonitorPrior[] {
  const common = { source: MONITORS, shape: 'monitor', width, panelRatio } as const;
  const stand = { lift: [45, 170], standWidth: [170, 320], standDepth: [140, 240] } as const;
  return [
    { ...common, ...stand, kind: `${kind}, box without stand`, share: share * PANEL_ONLY, seen: 'panel' },
    { ...common, ...stand, kind: `${kind}, box with stand`, share: share * (1 - PANEL_ONLY), seen: 'panel and stand' },
  ];
}

export const SIZE_PRIORS: Readonly<Record<string, readonly SizePrior[]>> = {
  mug: [
    {
      share: 0.57,
      kind: 'mug',
      source: MUGS,
      shape: 'round',
      diameter: between(75, 95),
      height: between(85, 110),
      foot: [0.62, 1],
      profile: 'cup',
      handle: { share: 0.85, reach: [20, 36] },
    },
    {
      share: 0.13,
      kind: 'tea cup',
      source: 'catalogue sizes of 150-250 ml tea cups',
      shape: 'round',
      diameter: between(80, 105),
      height: between(50, 70),
      foot: [0.42, 0.62],
      profile: 'bowl',
      handle: { share: 1, reach: [16, 27] },
    },
    {
      share: 0.18,
      kind: 'paper cup or tumbler',
      source: 'catalogue sizes of 8-20 oz paper cups, 78-92 mm across and 92-155 mm high',
      shape: 'round',
      diameter: between(74, 92),
      height: between(92, 160),
      foot: [0.64, 0.8],
      profile: 'cup',
      handle: null,
    },
    {
      share: 0.05,
      kind: 'travel mug',
      source: 'catalogue sizes of 350-600 ml travel mugs, 70-92 mm across and 150-215 mm high',
      shape: 'round',
      diameter: between(70, 92),
      height: between(150, 215),
      foot: [0.7, 0.95],
      profile: 'cup',
      handle: { share: 0.25, reach: [18, 34] },
    },
    {
      share: 0.07,
      kind: 'espresso cup',
      source: 'catalogue sizes of 60-100 ml cups',
      shape: 'round',
      diameter: between(58, 70),
      height: between(50, 65),
      foot: [0.6, 0.86],
      profile: 'cup',
      handle: { share: 0.9, reach: [16, 27] },
    },
  ],
  glass: [
    {
      share: 0.65,
      kind: 'tumbler',
      source: 'catalogue sizes of 200-400 ml tumblers, 60-88 mm across and 85-150 mm high',
      shape: 'round',
      diameter: between(60, 88),
      height: between(85, 150),
      foot: [0.72, 1],
      profile: 'cup',
      handle: null,
    },
    {
      share: 0.35,
      kind: 'wine glass',
      source: 'catalogue sizes of 200-500 ml wine glasses, 65-95 mm across and 150-230 mm high',
      shape: 'round',
      diameter: between(65, 95),
      height: between(150, 230),
      foot: [0.75, 0.95],
      profile: 'goblet',
      handle: null,
    },
  ],
  bottle: [
    {
      share: 1,
      kind: 'bottle',
      source: 'PET, wine and drinking bottles of 0.5-1 l, 62-90 mm across and 190-310 mm high',
      shape: 'round',
      diameter: between(62, 90),
      height: between(190, 310),
      foot: [0.9, 1],
      profile: 'bottle',
      handle: null,
    },
  ],
  bowl: [
    {
      share: 1,
      kind: 'bowl',
      source: 'cereal, soup and salad bowls, 110-240 mm across and 45-95 mm high',
      shape: 'round',
      diameter: between(110, 240),
      height: between(45, 95),
      foot: [0.35, 0.6],
      profile: 'bowl',
      handle: null,
    },
  ],
  laptop: [
    {
      share: 0.88,
      kind: 'open laptop',
      source: LAPTOPS,
      shape: 'laptop',
      width: n(339, 31),
      depthRatio: [0.63, 0.75],
      thickness: [9, 14],
      lid: n(111, 14),
    },
    {
      share: 0.12,
      kind: 'closed laptop',
      source: LAPTOPS,
      shape: 'slab',
      width: n(339, 31),
      depth: n(234, 24),
      thickness: [13, 21],
      turned: 'facing',
      outline: 'rectangle',
    },
  ],
  keyboard: [
    {
      share: 0.42,
      kind: 'full keyboard',
      source: KEYBOARDS,
      shape: 'slab',
      width: between(418, 465),
      depth: between(115, 165),
      thickness: [9, 35],
      turned: 'facing',
      outline: 'rectangle',
    },
    {
      share: 0.16,
      kind: 'tenkeyless keyboard',
      source: KEYBOARDS,
      shape: 'slab',
      width: between(345, 370),
      depth: between(115, 145),
      thickness: [9, 35],
      turned: 'facing',
      outline: 'rectangle',
    },
    {
      share: 0.32,
      kind: 'compact keyboard',
      source: KEYBOARDS,
      shape: 'slab',
      width: between(270, 335),
      depth: between(98, 132),
      thickness: [7, 31],
      turned: 'facing',
      outline: 'rectangle',
    },
    {
      share: 0.1,
      kind: 'wide or ergonomic keyboard',
      source: KEYBOARDS,
      shape: 'slab',
      width: between(450, 510),
      depth: between(160, 265),
      thickness: [15, 60],
      turned: 'facing',
      outline: 'rectangle',
    },
  ],
  mouse: [
    {
      share: 0.9,
      kind: 'mouse',
      source: 'maker data sheets, 92-128 mm long, 54-72 mm wide, 28-45 mm high',
      shape: 'slab',
      width: between(54, 72),
      depth: between(92, 128),
      thickness: [28, 45],
      turned: 'facing',
      outline: 'ellipse',
      dome: true,
    },
    {
      share: 0.1,
      kind: 'large or vertical mouse',
      source: 'maker data sheets, 112-132 mm long, 72-88 mm wide, 45-78 mm high',
      shape: 'slab',
      width: between(72, 88),
      depth: between(112, 132),
      thickness: [45, 78],
      turned: 'facing',
      outline: 'ellipse',
      dome: true,
    },
  ],
  phone: [
    {
      share: 0.82,
      kind: 'phone',
      source: 'maker data sheets and cases, 136-170 mm x 66-84 mm',
      shape: 'slab',
      width: between(66, 84),
      depth: between(136, 170),
      thickness: [7, 14],
      turned: 'any',
      outline: 'rectangle',
    },
    {
      share: 0.18,
      kind: 'small or older phone',
      source: 'maker data sheets, 98-132 mm x 46-66 mm',
      shape: 'slab',
      width: between(46, 66),
      depth: between(98, 132),
      thickness: [9, 18],
      turned: 'any',
      outline: 'rectangle',
    },
  ],
  book: [
    {
      share: 0.5,
      kind: 'lying book',
      source: 'trade book formats from A5 to quarto, 180-290 mm long, 120-230 mm wide',
      shape: 'slab',
      width: n(171, 27),
      depth: between(180, 290),
      thickness: [8, 45],
      turned: 'any',
      outline: 'rectangle',
    },
    {
      share: 0.5,
      kind: 'standing book',
      source: 'trade book formats from A5 to quarto, 180-290 mm high, 8-45 mm thick',
      shape: 'block',
      width: between(8, 45),
      height: between(180, 290),
      depthRatio: [0.66, 0.8],
    },
  ],
  coaster: [
    {
      share: 0.6,
      kind: 'round coaster',
      source: 'catalogue sizes, 88-115 mm',
      shape: 'slab',
      width: between(88, 115),
      depth: between(88, 115),
      thickness: [2, 9],
      turned: 'any',
      outline: 'ellipse',
    },
    {
      share: 0.4,
      kind: 'square coaster',
      source: 'catalogue sizes, 88-115 mm',
      shape: 'slab',
      width: between(88, 115),
      depth: between(88, 115),
      thickness: [2, 9],
      turned: 'any',
      outline: 'rectangle',
    },
  ],
  desk_mat: [
    {
      share: 0.65,
      kind: 'desk mat',
      source: 'catalogue sizes, 600-900 mm x 300-420 mm',
      shape: 'slab',
      width: between(600, 900),
      depth: between(300, 420),
      thickness: [1.5, 4],
      turned: 'facing',
      outline: 'rectangle',
    },
    {
      share: 0.35,
      kind: 'mouse pad',
      source: 'catalogue sizes, 210-300 mm x 170-250 mm',
      shape: 'slab',
      width: between(210, 300),
      depth: between(170, 250),
      thickness: [1.5, 4],
      turned: 'facing',
      outline: 'rectangle',
    },
  ],
  monitor: [
    ...monitors('wide monitor', 0.74, between(470, 730), between(0.56, 0.66)),
    ...monitors('4:3 monitor', 0.16, between(375, 450), between(0.77, 0.86)),
    ...monitors('very wide monitor', 0.1, between(690, 830), between(0.42, 0.47)),
  ],
};

/** For objects on the table whose size nobody knows: only the box speaks. */
export const UNKNOWN_SIZE: readonly SizePrior[] = [
  {
    share: 1,
    kind: 'thing',
    source: 'none: anything from 30 to 300 mm',
    shape: 'round',
    diameter: n(100, 70),
    height: n(80, 70),
    foot: [0.4, 1],
    profile: 'cup',
    handle: null,
  },
];

/**
 * What lies under objects without being seen or without a class of its own, mm: the share of objects that stand on it, and
 * how thick it is, from … to. Assumptions about desks, not measured.
 */
export const UNDERLAYS: Readonly<
  Record<string, { readonly share: number; readonly thickness: readonly [number, number] }>
> = {
  // Coasters of 2-9 mm, saucers, notebooks.
  mug: { share: 0.25, thickness: [2, 12] },
  glass: { share: 0.25, thickness: [2, 12] },
  // Plates and trays.
  bowl: { share: 0.25, thickness: [2, 15] },
  bottle: { share: 0.15, thickness: [2, 9] },
  // Mouse pads and desk mats.
  mouse: { share: 0.35, thickness: [1.5, 4] },
  keyboard: { share: 0.2, thickness: [1.5, 4] },
};

/** Classes whose size says something about the scale of the image. */
export const REFERENCE_CLASSES: ReadonlySet<string> = new Set([
  'laptop',
  'keyboard',
  'mouse',
  'phone',
  'mug',
  'glass',
  'bottle',
  'bowl',
  'coaster',
  'book',
  'monitor',
]);

/** COCO names of objects that stand on tables, besides our own classes: they get a rough footprint. */
export const TABLE_OBJECTS: ReadonlySet<string> = new Set([
  'vase',
  'banana',
  'apple',
  'sandwich',
  'orange',
  'broccoli',
  'carrot',
  'hot_dog',
  'pizza',
  'donut',
  'cake',
  'fork',
  'knife',
  'spoon',
  'scissors',
  'remote',
  'clock',
  'toothbrush',
  'potted_plant',
  'plate',
  'plant',
  'lamp',
  'headphones',
  'pen',
  'notebook',
  'speaker',
  'tablet',
]);
