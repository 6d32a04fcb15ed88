import { describe, expect, it } from 'vitest';
import { edgeRange } from '../../src/scene/measure.ts';
import { withTableSeen } from '../../src/scene/plain/table-seen.ts';
import { desk, type Thing } from './desk.ts';
import { grain, type Paint, picture, table, thing } from './picture.ts';

const mug: Thing = { id: 'mug-1', x: 630, y: 350, radius: 40 };
const laptop: Thing = { id: 'laptop-1', x: 420, y: 350, width: 320, height: 220 };
const onIt: readonly Paint[] = [thing(laptop, [40, 42, 46]), thing(mug, [190, 40, 40])];
const flat = desk([laptop, mug], { edge: 'image' });
const asked = { ...flat, table: { ...flat.table, lines: [] } };
const seen = (...layers: readonly Paint[]) =>
  withTableSeen(asked, picture(...layers, ...onIt)).table.seenAround?.['mug-1'];

describe('how much table is seen around a thing', () => {
  it('is much on a plain table and on wood', () => {
    expect(seen(table([214, 212, 206]))).toBeGreaterThan(3000);
    expect(seen(grain([176, 136, 92], 0.16))).toBeGreaterThan(3000);
  });

  it('is little where a hand, clothes or clutter are all around', () => {
    const around: Paint = (x, y) => {
      const d = Math.hypot(x - mug.x, y - mug.y);
      if (d > 130) return null;
      return (Math.floor(x / 9) + Math.floor(y / 7)) % 2 ? [210, 160, 140] : [60, 70, 120];
    };
    expect(seen(table([214, 212, 206]), around)).toBeLessThan(seen(table([214, 212, 206]))! / 3);
  });

  it('decides whether a table that goes on out of sight is believed', () => {
    const low = (seenAround?: Record<string, number>) => {
      const scene = { ...asked, table: { ...asked.table, ...(seenAround && { seenAround }) } };
      return edgeRange(scene, scene.objects.find((o) => o.id === 'mug-1')!)?.low;
    };
    expect(low()).toBeGreaterThan(50);
    expect(low({ 'mug-1': 5000 })).toBe(low());
    expect(low({ 'mug-1': 40 })).toBe(0);
    expect(low({ 'laptop-1': 5000 })).toBe(0);
  });

  it('is not looked for where no lines were, or without grey values', () => {
    expect(withTableSeen(flat, picture(table([214, 212, 206]))).table.seenAround).toBeUndefined();
  });
});
