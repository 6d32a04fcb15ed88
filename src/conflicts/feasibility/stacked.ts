import type { Condition } from '../../contract/rule.ts';
import { DEMANDS } from '../../placement/requirements/demands.ts';
import { classesOf } from '../statement.ts';
import { halfExtent, typicalBase } from './typical-size.ts';

/** Things that are laid out as one: a mat with a coaster and a mug on it. Offsets from the middle, mm. */
export interface Block {
  readonly half: readonly [number, number];
  readonly members: readonly { readonly thing: number; readonly dx: number; readonly dy: number }[];
}

const APART = 10;

export const single = (things: readonly string[], thing: number): Block => ({
  half: halfExtent(typicalBase(things[thing]!)),
  members: [{ thing, dx: 0, dy: 0 }],
});

/**
 * Each thing where the rules want it to stand: on a coaster of its own, and with it on the mat. Moving one thing at a time
 * does not get there when both are wanted. Null when the rules want nothing on anything.
 */
export function stackedBlocks(things: readonly string[], conditions: readonly Condition[]): Block[] | null {
  const supports = conditions.filter((c) => DEMANDS[c.operator]?.stacks);
  const carries = (name: string) => supports.some((c) => classesOf(c.object2).includes(name));
  const taken = new Set<number>();
  const loads = new Map<number, Block[]>();
  const loose: Block[] = [];
  // What is wanted in the middle is put there first.
  const order = things.map((_, i) => i).filter((i) => !carries(things[i]!));
  const centred = (i: number) =>
    supports.some((c) => c.operator === 'centered_on' && !isCoaster(c) && classesOf(c.object1).includes(things[i]!));
  for (const i of order.toSorted((a, b) => Number(centred(b)) - Number(centred(a)))) {
    const mine = supports.filter((c) => classesOf(c.object1).includes(things[i]!));
    const coaster = mine.some(isCoaster) ? things.findIndex((name, k) => name === 'coaster' && !taken.has(k)) : -1;
    if (coaster >= 0) taken.add(coaster);
    const block = coaster < 0 ? single(things, i) : stack(single(things, coaster), [single(things, i)])!;
    const its = coaster < 0 ? [] : supports.filter((c) => classesOf(c.object1).includes('coaster'));
    const below = [...mine, ...its].filter((c) => !isCoaster(c)).flatMap((c) => classesOf(c.object2));
    const surface = things.findIndex((name, k) => k !== i && below.includes(name));
    if (surface < 0) loose.push(block);
    else loads.set(surface, [...(loads.get(surface) ?? []), block]);
  }
  if (taken.size === 0 && loads.size === 0) return null;
  for (const [surface, blocks] of loads) {
    taken.add(surface);
    const whole = stack(single(things, surface), blocks) ?? stack(single(things, surface), blocks.slice(0, 1))!;
    const left = blocks.filter((b) => !b.members.every((m) => whole.members.some((n) => n.thing === m.thing)));
    loose.unshift(whole, ...left);
  }
  const rest = things.map((_, i) => i).filter((i) => carries(things[i]!) && !taken.has(i));
  return [...loose, ...rest.map((i) => single(things, i))];
}

const isCoaster = (c: Condition) => c.object2 === 'coaster';

/** The first on the middle, the others in a row to its right and left; null where they do not all have room. */
function stack(below: Block, blocks: readonly Block[]): Block | null {
  const members = [...below.members];
  const step = Math.max(...blocks.map((b) => 2 * b.half[0])) + APART;
  for (const [i, block] of blocks.entries()) {
    const dx = Math.ceil(i / 2) * step * (i % 2 === 0 ? -1 : 1);
    if (i > 0 && Math.abs(dx) + block.half[0] > below.half[0]) return null;
    members.push(...block.members.map((m) => ({ thing: m.thing, dx: m.dx + dx, dy: m.dy })));
  }
  const [first] = blocks;
  return {
    half: [Math.max(below.half[0], first!.half[0]), Math.max(below.half[1], ...blocks.map((b) => b.half[1]))],
    members,
  };
}
