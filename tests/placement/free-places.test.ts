import { describe, expect, it } from 'vitest';
import type { ImageGradient } from '../../src/contract/image-gradient.ts';
import { sobel } from '../../src/image/gradient.ts';
import { propose } from '../../src/placement/propose.ts';
import type { Scene } from '../../src/scene/types.ts';
import { desk, minDistance, rule, type Thing } from './desk.ts';

/** A desk from above, half a pixel of the picture for each millimetre. */
const SCALE = 0.5;
const WIDTH = 1200;
const HEIGHT = 700;
type Patch = {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly grey: number;
};

/** A plain grey picture with patches on it, millimetres. */
function picture(patches: readonly Patch[], grain = 0): ImageGradient {
  const [width, height] = [WIDTH * SCALE, HEIGHT * SCALE];
  const grey = new Uint8Array(width * height);
  for (let i = 0; i < grey.length; i++) {
    const x = (i % width) / SCALE;
    const y = Math.floor(i / width) / SCALE;
    const patch = patches.findLast((p) => Math.abs(x - p.x) <= p.width / 2 && Math.abs(y - p.y) <= p.height / 2);
    grey[i] = (patch?.grey ?? 120) + (((i * 7919) % 13) - 6) * grain;
  }
  return { width, height, scaleX: SCALE, scaleY: SCALE, ...sobel(grey, width, height), grey };
}

const laptop: Thing = { id: 'laptop-1', x: 400, y: 350, width: 320, height: 220 };
const mug: Thing = { id: 'mug-1', x: 620, y: 350, radius: 40 };
const dark = ({ x, y, width, height, radius = 0 }: Thing): Patch => ({
  x,
  y,
  width: width ?? 2 * radius,
  height: height ?? 2 * radius,
  grey: 30,
});
const SEEN = [dark(laptop), dark(mug)];
const scene = desk([laptop, mug], { edge: 'image' });
const rules = [minDistance('mug', 'laptop', 150)];
const move = (gradient: ImageGradient | null, of: Scene = scene) => propose(of, rules, { gradient }).moves[0];
const endOf = (m: NonNullable<ReturnType<typeof move>>) => ({ x: mug.x + m.vectorMm!.x, y: mug.y + m.vectorMm!.y });

describe('a move by what the picture shows', () => {
  it('goes straight over plain table, and says so', () => {
    const found = move(picture(SEEN))!;
    expect(found).toMatchObject({ verified: true, sight: 'plain', reason: 'Too close to laptop' });
    expect(found.vectorMm!.y).toBeCloseTo(0, 0);
  });

  it('ends on nothing that no detector saw', () => {
    const unseen: Patch = { x: 800, y: 350, width: 160, height: 160, grey: 180 };
    const found = move(picture([...SEEN, unseen]))!;
    expect(found).toMatchObject({ verified: true, sight: 'plain' });
    const { x, y } = endOf(found);
    const off = Math.hypot(Math.max(0, Math.abs(x - unseen.x) - 80), Math.max(0, Math.abs(y - unseen.y) - 80));
    expect(off).toBeGreaterThan(40);
    // From the boxes alone it would stand there.
    const blind = endOf(move(null)!);
    expect(Math.abs(blind.x - unseen.x)).toBeLessThan(120);
  });

  it('ends on no other surface than the one things stand on', () => {
    // The table ends at x = 760; beyond it lies a plain floor.
    const floor: Patch = { x: 1000, y: 350, width: 480, height: 700, grey: 60 };
    const found = move(picture([floor, ...SEEN]))!;
    expect(endOf(found).x + 40).toBeLessThan(760);
  });

  it('is offered without a promise where nothing plain is within reach, and the words say why', () => {
    const clutter = Array.from({ length: 200 }, (_, i) => ({
      x: 30 + 60 * (i % 20),
      y: 35 + 70 * Math.floor(i / 20),
      width: 26,
      height: 30,
      grey: i % 2 ? 20 : 230,
    }));
    const [found] = propose(scene, rules, { gradient: picture([...clutter, ...SEEN]) }).moves;
    expect(found!.verified).toBe(false);
    expect(found!.sight).not.toBe('plain');
    expect(found!.reason).toContain('check first that the place is free');
    // Of this picture nobody knows where the table ends.
    expect(found!.unverified).toMatch(/check that the place is free and on the table$/);
    expect(found!.remains).toMatch(/check that it stays on the table$/);
    expect(found!.ruleIds).toEqual([rules[0]!.rule_id]);
  });

  it('keeps away from an edge that nobody marked by what the rule asks', () => {
    const edge = rule({ object1: 'mug', object2: 'table', operator: 'min_edge_distance', value: 60, unit: 'mm' });
    const floor: Patch = { x: 1030, y: 350, width: 340, height: 700, grey: 60 };
    const { moves } = propose(scene, [...rules, edge], { gradient: picture([floor, ...SEEN]) });
    expect(moves[0]).toMatchObject({ verified: true });
    // The floor begins at x = 860.
    expect(endOf(moves[0]!).x).toBeLessThan(860 - 40 - 60 + 10);
  });

  it('onto a coaster is free although the coaster has a border', () => {
    const coaster: Thing = { id: 'coaster-1', x: 820, y: 500, radius: 55 };
    const on = rule({ object1: 'mug', object2: 'coaster', operator: 'on' });
    const seen = desk([laptop, mug, coaster], { edge: 'image' });
    const [found] = propose(seen, [on], { gradient: picture([...SEEN, dark(coaster)]) }).moves;
    expect(found).toMatchObject({ verified: true, sight: 'plain' });
  });
});
