import type { Vec3 } from './camera.ts';
import type { Random } from './random.ts';

/** A thing on the table with exact geometry: dense surface points and its outline on the table, own frame, mm. */
export interface Thing {
  readonly class: string;
  readonly points: readonly Vec3[];
  readonly outline: readonly (readonly [number, number])[];
  /** Radius that keeps clear of other things. */
  readonly reach: number;
}

const circle = (r: number, n: number): [number, number][] =>
  Array.from({ length: n }, (_, i) => [r * Math.cos((2 * Math.PI * i) / n), r * Math.sin((2 * Math.PI * i) / n)]);
const rect = (w: number, d: number): [number, number][] => [
  [w / 2, d / 2],
  [-w / 2, d / 2],
  [-w / 2, -d / 2],
  [w / 2, -d / 2],
];
const lift = (outline: readonly (readonly [number, number])[], z: number): Vec3[] => outline.map(([x, y]) => [x, y, z]);

function turned(
  name: string,
  profile: readonly (readonly [number, number])[],
  handle: { reach: number; low: number; high: number } | null,
): Thing {
  const points = profile.flatMap(([r, z]) => lift(circle(r, 48), z));
  const widest = Math.max(...profile.map(([r]) => r));
  if (handle) {
    for (let i = 0; i <= 12; i++) {
      const a = (Math.PI * i) / 12;
      const z = (handle.low + handle.high) / 2 - ((handle.high - handle.low) / 2) * Math.cos(a);
      for (const w of [-5, 5]) points.push([widest * 0.93 + handle.reach * Math.sin(a) ** 0.7, w, z]);
    }
  }
  return { class: name, points, outline: circle(profile[0]![0], 72), reach: widest + (handle?.reach ?? 0) };
}

export function mug(r: Random): Thing {
  const kind = r.uniform(0, 1);
  if (kind < 0.14) {
    const d = r.uniform(80, 105) / 2;
    const h = r.uniform(50, 70);
    const foot = r.uniform(0.42, 0.6);
    return turned(
      'mug',
      [0, 0.25, 0.6, 1].map((t) => [d * (foot + (1 - foot) * t ** 0.55), t * h]),
      {
        reach: r.uniform(17, 27),
        low: h * 0.25,
        high: h * 0.84,
      },
    );
  }
  if (kind < 0.28) {
    const d = r.uniform(78, 92) / 2;
    const h = r.uniform(92, 155);
    return turned(
      'mug',
      [
        [d * r.uniform(0.66, 0.74), 0],
        [d, h],
      ],
      null,
    );
  }
  if (kind < 0.33) {
    const d = r.uniform(58, 70) / 2;
    const h = r.uniform(50, 65);
    return turned(
      'mug',
      [
        [d * r.uniform(0.6, 0.85), 0],
        [d, h],
      ],
      { reach: r.uniform(17, 27), low: h * 0.25, high: h * 0.84 },
    );
  }
  const d = r.uniform(75, 95) / 2;
  const h = r.uniform(85, 110);
  const foot = r.pick([1, 1, r.uniform(0.92, 1), r.uniform(0.62, 0.82), r.uniform(0.75, 0.9)]);
  const handle = r.chance(0.9) ? { reach: r.uniform(22, 36), low: h * 0.25, high: h * 0.84 } : null;
  return turned(
    'mug',
    [
      [d * foot, 0],
      [d * (foot + (1 - foot) * 0.6), h * 0.5],
      [d, h],
    ],
    handle,
  );
}

const bottle = (r: Random): Thing => {
  const d = r.uniform(62, 90) / 2;
  const h = r.uniform(190, 310);
  return turned(
    'bottle',
    [
      [d * 0.95, 0],
      [d, 9],
      [d, h * r.uniform(0.55, 0.8)],
      [r.uniform(13, 20), h * 0.9],
      [14, h],
    ],
    null,
  );
};
const glass = (r: Random): Thing => {
  const d = r.uniform(60, 88) / 2;
  const h = r.uniform(85, 150);
  return turned(
    'glass',
    [
      [d * r.uniform(0.72, 1), 0],
      [d, h],
    ],
    null,
  );
};

function flat(name: string, outline: [number, number][], t: number, top = 1): Thing {
  const upper = outline.map(([x, y]): [number, number] => [x * top, y * top]);
  return {
    class: name,
    points: [...lift(outline, 0), ...lift(upper, t)],
    outline,
    reach: Math.max(...outline.map(([x, y]) => Math.hypot(x, y))),
  };
}

function laptop(r: Random): Thing {
  const w = r.uniform(283, 395);
  const d = w * r.uniform(0.64, 0.74);
  const t = r.uniform(13, 21);
  if (r.chance(0.15)) return flat('laptop', rect(w, d), t);
  const base = t * 0.62;
  const lid = (r.uniform(88, 135) * Math.PI) / 180;
  const y = d / 2 - Math.cos(lid) * d;
  const points: Vec3[] = [...lift(rect(w, d), 0), ...lift(rect(w, d), base)];
  points.push([-w / 2, y, base + d * Math.sin(lid)], [w / 2, y, base + d * Math.sin(lid)]);
  return { class: 'laptop', points, outline: rect(w, d), reach: Math.hypot(w / 2, Math.max(d / 2, y)) };
}

function keyboard(r: Random): Thing {
  const [w, d] = r.pick([
    [r.uniform(420, 465), r.uniform(115, 165)],
    [r.uniform(420, 465), r.uniform(115, 165)],
    [r.uniform(345, 370), r.uniform(115, 145)],
    [r.uniform(270, 335), r.uniform(98, 132)],
    [r.uniform(270, 335), r.uniform(98, 132)],
    [r.uniform(450, 505), r.uniform(165, 250)],
  ] as const);
  return flat('keyboard', rect(w, d), r.uniform(9, 30));
}

/** Three of four boxes that detectors draw around monitors end at the panel. */
function monitor(r: Random): Thing {
  const wide = r.chance(0.8);
  const w = wide ? r.uniform(480, 720) : r.uniform(380, 450);
  const h = w * (wide ? r.uniform(0.56, 0.65) : r.uniform(0.78, 0.85));
  const low = r.uniform(60, 150);
  const stand = rect(r.uniform(180, 300), r.uniform(150, 230));
  const panel = rect(w, 30);
  const shown = r.chance(0.75) ? [] : lift(stand, 0);
  return {
    class: 'monitor',
    points: [...shown, ...lift(panel, low), ...lift(panel, low + h)],
    outline: stand,
    reach: Math.hypot(stand[0]![0], stand[0]![1]),
  };
}

function mouse(r: Random): Thing {
  const a = r.uniform(93, 128) / 2;
  const b = r.uniform(54, 72) / 2;
  const outline = circle(1, 32).map(([x, y]): [number, number] => {
    const k = (Math.abs(x) ** 2.4 + Math.abs(y) ** 2.4) ** (-1 / 2.4);
    return [b * x * k, a * y * k];
  });
  const h = r.uniform(30, 42);
  const points = [0, 0.4, 0.7, 0.9, 1].flatMap((t) =>
    lift(
      outline.map(([x, y]): [number, number] => [x * (1 - t ** 2.6) ** 0.38, y * (1 - t ** 2.6) ** 0.38]),
      t * h,
    ),
  );
  return { class: 'mouse', points, outline, reach: a };
}

const phone = (r: Random) => flat('phone', rect(r.uniform(66, 84), r.uniform(138, 170)), r.uniform(7, 14));
function book(r: Random): Thing {
  const l = r.uniform(180, 290);
  return flat('book', rect(l * r.uniform(0.66, 0.8), l), r.uniform(8, 45));
}
function coaster(r: Random): Thing {
  const w = r.uniform(88, 115);
  return flat('coaster', r.chance(0.6) ? circle(w / 2, 48) : rect(w, w), r.uniform(2, 9));
}

/** Maker, whether it mostly faces the viewer, and how far behind the middle it usually stands, mm. */
export const MAKERS: Readonly<Record<string, { make: (r: Random) => Thing; facing: boolean; behind?: number }>> = {
  mug: { make: mug, facing: false },
  bottle: { make: bottle, facing: false },
  glass: { make: glass, facing: false },
  laptop: { make: laptop, facing: true },
  keyboard: { make: keyboard, facing: true },
  mouse: { make: mouse, facing: true },
  phone: { make: phone, facing: false },
  monitor: { make: monitor, facing: true, behind: 300 },
  book: { make: book, facing: false },
  coaster: { make: coaster, facing: false },
};
