import type { Condition } from '../../contract/rule.ts';
import { DEMANDS } from '../../placement/requirements/demands.ts';
import { classesOf } from '../statement.ts';
import { halfExtent, typicalBase } from './typical-size.ts';

/** Objects that are laid out as one: a mat with a coaster and a mug on it. Offsets from the middle, mm. */
export interface Block {
  readonly half: readonly [number, number];
  readonly members: readonly { readonly object: number; readonly dx: number; readonly dy: number }[];
}

const APART = 10;

export const single = (objects: readonly string[], object: number): Block => ({
  half: halfExtent(typicalBase(objects[object]!)),
  members: [{ object, dx: 0, dy: 0 }],
});

/**
 * Each object where the rules want it to stand: on a coaster of its own, and with it on the mat. Moving one object at a time
 * does not get there when both are wanted. Null when the rules want nothing on anything.
 */
export function stackedBlocks(objects: readonly string[], conditions: readonly Condition[]): Block[] | null {
  const supports = conditions.filter((c) => DEMANDS[c.operator]?.stacks);
  const carries = (name: string) => supports.some((c) => classesOf(c.object2).includes(name));
  const taken = new Set<number>();
  const loads = new Map<number, Block[]>();
  const loose: Block[] = [];
  // What is wanted in the middle is put there first.
  const order = objects.map((_, i) => i).filter((i) => !carries(objects[i]!));
  const centred = (i: number) =>
    supports.some((c) => c.operator === 'centered_on' && !isCoaster(c) && classesOf(c.object1).includes(objects[i]!));
  for (const i of order.toSorted((a, b) => Number(centred(b)) - Number(centred(a)))) {
    const mine = supports.filter((c) => classesOf(c.object1).includes(objects[i]!));
    const coaster = mine.some(isCoaster) ? objects.findIndex((name, k) => name === 'coaster' && !taken.has(k)) : -1;
    if (coaster >= 0) taken.add(coaster);
    const block = coaster < 0 ? single(objects, i) : stack(single(objects, coaster), [single(objects, i)])!;
    const its = coaster < 0 ? [] : supports.filter((c) => classesOf(c.object1).includes('coaster'));
    const below = [...mine, ...its].filter((c) => !isCoaster(c)).flatMap((c) => classesOf(c.object2));
    const surface = objects.findIndex((name, k) => k !== i && below.includes(name));
    if (surface < 0) loose.push(block);
    else loads.set(surface, [...(loads.get(surface) ?? []), block]);
  }
  if (taken.size === 0 && loads.size === 0) return null;
  for (const [surface, blocks] of loads) {
    taken.add(surface);
    const whole = stack(single(objects, surface), blocks) ?? stack(single(objects, surface), blocks.slice(0, 1))!;
    const left = blocks.filter((b) => !b.members.every((m) => whole.members.some((n) => n.object === m.object)));
    loose.unshift(whole, ...left);
  }
  const rest = objects.map((_, i) => i).filter((i) => carries(objects[i]!) && !taken.has(i));
  return [...loose, ...rest.map((i) => single(objects, i))];
}

const isCoaster = (c: Condition) => c.object2 === 'coaster';

/** The first on the middle, the others in a row to its right and left; null where they do not all have room. */
function stack(below: Block, blocks: readonly Block[]): Block | null {
  const members = [...below.members];
  const step = Math.max(...blocks.map((b) => 2 * b.half[0])) + APART;
  for (const [i, block] of blocks.entries()) {
    const dx = Math.ceil(i / 2) * step * (i % 2 === 0 ? -1 : 1);
    if (i > 0 && Math.abs(dx) + block.half[0] > below.half[0]) return null;
    members.push(...block.members.map((m) => ({ object: m.object, dx: m.dx + dx, dy: m.dy })));
  }
  const [first] = blocks;
  return {
    half: [Math.max(below.half[0], first!.half[0]), Math.max(below.half[1], ...blocks.map((b) => b.half[1]))],
    members,
  };
}
