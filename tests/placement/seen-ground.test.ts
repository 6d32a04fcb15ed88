import { describe, expect, it } from 'vitest';
import { propose } from '../../src/placement/propose.ts';
import { plainTable } from '../../src/scene/plain/plain-table.ts';
import { desk, minDistance, type Thing } from './desk.ts';
import { checks, grain, type Paint, patch, picture, type Rgb, seams, shaded, shadow, table, thing } from './picture.ts';

const OAK: Rgb = [176, 136, 92];
const WHITE: Rgb = [214, 212, 206];
const laptop: Thing = { id: 'laptop-1', x: 420, y: 350, width: 320, height: 220 };
const mug: Thing = { id: 'mug-1', x: 630, y: 350, radius: 40 };
const keyboard: Thing = { id: 'keyboard-1', x: 420, y: 560, width: 300, height: 110 };
const things = [laptop, mug, keyboard];
const onIt: readonly Paint[] = [thing(laptop, [40, 42, 46]), thing(keyboard, [60, 60, 64]), thing(mug, [190, 40, 40])];
const rules = [minDistance('mug', 'laptop', 150)];
const scene = desk(things, { edge: 'image' });

const answer = (...layers: readonly Paint[]) => propose(scene, rules, { gradient: picture(...layers, ...onIt) });
const endOf = ({ vectorMm }: { readonly vectorMm: { readonly x: number; readonly y: number } | null }) => ({
  x: mug.x + vectorMm!.x,
  y: mug.y + vectorMm!.y,
});
/** From the mug's outline at its new place to a rectangle, mm. */
function clearance(end: { x: number; y: number }, of: { x: number; y: number; width: number; height: number }) {
  const dx = Math.max(0, Math.abs(end.x - of.x) - of.width / 2);
  const dy = Math.max(0, Math.abs(end.y - of.y) - of.height / 2);
  return Math.hypot(dx, dy) - mug.radius!;
}

describe('what belongs to the table keeps nothing away', () => {
  it.each<[string, readonly Paint[]]>([
    ['a plain colour', [table(WHITE)]],
    ['the grain of wood', [grain(OAK, 0.16)]],
    ['seams between planks', [grain(OAK, 0.08), seams(140, shaded(OAK, 0.45))]],
    ['a chequered cloth', [checks(18, [206, 190, 178], [226, 220, 210])]],
    ['a shadow', [table(WHITE), shadow(table(WHITE), { x: 760, y: 350, radius: 70 }, 0.3)]],
  ])('%s', (_, layers) => {
    const [move] = answer(...layers).moves;
    expect(move).toMatchObject({ objectId: 'mug-1', verified: true, sight: 'plain' });
    expect(move!.distanceMm).toBeLessThan(200);
  });
});

describe('what nobody detected is no place for anything', () => {
  const there = { x: 760, y: 350, width: 170, height: 130 };
  it.each<[string, readonly Paint[]]>([
    ['a low contrast', [table(WHITE), patch(there, shaded(WHITE, 0.9))]],
    [
      "the table's own colour, with an outline",
      [
        table(OAK),
        patch({ ...there, width: there.width + 8, height: there.height + 8 }, shaded(OAK, 0.6)),
        patch(there, OAK),
      ],
    ],
    ['other colours on grain', [grain(OAK, 0.16), patch(there, [90, 96, 120])]],
    ['letters on white', [table(OAK), patch(there, WHITE), (x, y) => text(x, y, there)]],
  ])('%s', (_, layers) => {
    const [move] = answer(...layers).moves;
    expect(move).toBeDefined();
    if (move!.verified) expect(clearance(endOf(move!), there)).toBeGreaterThan(0);
    else expect(move!.sight).not.toBe('plain');
  });
});

it.each<[string, Rgb]>([
  ['green', [122, 170, 102]],
  ['blue', [70, 120, 190]],
])('a %s pot on a table of strong waves, near a thing, is not free', (_, colour) => {
  const waves: Paint = (x, y) => shaded([150, 120, 90], 1 + 0.14 * Math.sin((y + 12 * Math.sin(x / 90)) / 11));
  const pot = { id: 'pot', x: 640, y: 455, radius: 48 };
  const { grid, open } = plainTable(scene, picture(waves, thing(pot, colour), ...onIt))!;
  const taken = open[0]!.filter((free, i) => {
    const x = grid.x + ((i % grid.columns) + 0.5) * grid.cell - pot.x;
    const y = grid.y + (Math.floor(i / grid.columns) + 0.5) * grid.cell - pot.y;
    return Math.hypot(x, y) < 30 && free === 1;
  });
  expect(taken.length).toBe(0);
  expect(open[0]!.reduce((sum, free) => sum + free, 0)).toBeGreaterThan(0.2 * open[0]!.length);
});

function text(
  x: number,
  y: number,
  { x: mx, y: my, width, height }: { x: number; y: number; width: number; height: number },
): Rgb | null {
  const inside = Math.abs(x - mx) < width / 2 - 10 && Math.abs(y - my) < height / 2 - 10;
  return inside && y % 14 < 5 && (x * 7) % 23 < 15 ? [40, 40, 40] : null;
}

describe('where no place is surely free', () => {
  const clutter: Paint = (x, y) =>
    (x % 60 < 34 && y % 70 < 40
      ? (Math.floor(x / 60) * 7 + Math.floor(y / 70) * 5) % 2
        ? [20, 20, 24]
        : [230, 228, 60]
      : null) as Rgb | null;

  it('the best move is offered unverified, with the reason, and never with a promise', () => {
    const { moves, infeasible } = answer(table(OAK), clutter);
    expect(moves).toHaveLength(1);
    expect(moves[0]).toMatchObject({ objectId: 'mug-1', verified: false });
    expect(moves[0]!.sight).not.toBe('plain');
    expect(moves[0]!.reason).toContain('check first that the place is free');
    expect(moves[0]!.remains).toContain('check first');
    expect(moves[0]!.distanceMm).toBeLessThanOrEqual(300);
    expect(infeasible).toBeNull();
  });

  it('no move ends where a detected thing stands, however unsure the places are', () => {
    const box: Thing = { id: 'bowl-1', x: 770, y: 350, radius: 80 };
    const seen = desk([...things, box], { edge: 'image' });
    const gradient = picture(table(OAK), clutter, ...onIt, thing(box, [240, 240, 240]));
    const [move] = propose(seen, rules, { gradient }).moves;
    const end = endOf(move!);
    expect(Math.hypot(end.x - box.x, end.y - box.y)).toBeGreaterThan(box.radius! + mug.radius!);
  });
});
