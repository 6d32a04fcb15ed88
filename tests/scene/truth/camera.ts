/** The truth set's own pinhole camera: eye, target and roll, z up, mm. Written apart from src/scene/camera.ts. */
export type Vec3 = readonly [number, number, number];

export interface TruthCamera {
  readonly width: number;
  readonly height: number;
  readonly focalPx: number;
  readonly focal35mm: number;
  readonly eye: Vec3;
  readonly tiltDeg: number;
  project(p: Vec3): [number, number] | null;
}

const minus = (a: Vec3, b: Vec3): Vec3 => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
const dot = (a: Vec3, b: Vec3) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const cross = (a: Vec3, b: Vec3): Vec3 => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];
const unit = (a: Vec3): Vec3 => {
  const n = Math.hypot(...a);
  return [a[0] / n, a[1] / n, a[2] / n];
};

/** World: x east, y north, z up (right-handed). `north` is the direction that appears up when looking straight down. */
export function lookAt(o: {
  width: number;
  height: number;
  focal35mm: number;
  eye: Vec3;
  target: Vec3;
  rollRad: number;
  north?: Vec3;
}): TruthCamera {
  const focalPx = (o.focal35mm * Math.hypot(o.width, o.height)) / Math.hypot(36, 24);
  const ahead = unit(minus(o.target, o.eye));
  const up: Vec3 = Math.abs(ahead[2]) > 0.9999 ? (o.north ?? [0, 1, 0]) : [0, 0, 1];
  const right0 = unit(cross(ahead, up));
  const down0 = cross(ahead, right0);
  const c = Math.cos(o.rollRad);
  const s = Math.sin(o.rollRad);
  const mix = (a: Vec3, b: Vec3, p: number, q: number): Vec3 => [
    p * a[0] + q * b[0],
    p * a[1] + q * b[1],
    p * a[2] + q * b[2],
  ];
  const right = mix(right0, down0, c, -s);
  const down = mix(right0, down0, s, c);
  return {
    width: o.width,
    height: o.height,
    focalPx,
    focal35mm: o.focal35mm,
    eye: o.eye,
    tiltDeg: (Math.acos(-ahead[2]) * 180) / Math.PI,
    project: (p) => {
      const d = minus(p, o.eye);
      const z = dot(d, ahead);
      if (z < 1) return null;
      return [o.width / 2 + (focalPx * dot(d, right)) / z, o.height / 2 + (focalPx * dot(d, down)) / z];
    },
  };
}
