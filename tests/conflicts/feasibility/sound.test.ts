import { expect, it } from 'vitest';
import { conflictsOf } from '../../../src/conflicts/detect.ts';
import { DESK, deskWith, type Standing } from '../../../src/conflicts/feasibility/desk.ts';
import { createReferenceDesk } from '../../../src/conflicts/feasibility/reference-desk.ts';
import { halfExtent, typicalBase } from '../../../src/conflicts/feasibility/typical-size.ts';
import type { Condition, Rule } from '../../../src/contract/rule.ts';
import { random } from '../../../src/placement/solver/random.ts';
import { evaluateAll } from '../../../src/rules/evaluate.ts';
import { rule } from '../../placement/desk.ts';

/** Desks that were laid out first, and rules that hold on them: whoever calls those contradictory is wrong. */
const CLASSES = ['mug', 'laptop', 'keyboard', 'phone', 'bottle', 'mouse', 'book', 'glass'];
const DESKS = 150;

function layOut(next: () => number): Standing[] {
  const placed: Standing[] = [];
  const count = 3 + Math.floor(next() * 3);
  for (const name of [...CLASSES].sort(() => next() - 0.5).slice(0, count)) {
    const [w, h] = halfExtent(typicalBase(name));
    for (let tries = 0; tries < 50; tries++) {
      const at = { class: name, x: w + next() * (DESK.width - 2 * w), y: h + next() * (DESK.depth - 2 * h) };
      const free = placed.every((other) => {
        const [ow, oh] = halfExtent(typicalBase(other.class));
        return Math.abs(at.x - other.x) > w + ow + 10 || Math.abs(at.y - other.y) > h + oh + 10;
      });
      if (!free) continue;
      placed.push(at);
      break;
    }
  }
  return placed;
}

function holding(places: readonly Standing[], next: () => number): Rule[] {
  const scene = deskWith(places, null, []);
  const names = places.map((p) => p.class);
  const any = () => names[Math.floor(next() * names.length)]!;
  const found: Rule[] = [];
  for (let tries = 0; tries < 60 && found.length < 5; tries++) {
    const [a, b] = [any(), any()];
    const value = Math.round(next() * 900);
    const conditions: Condition[] = [
      { object1: a, object2: b, operator: 'min_distance', value: value + 1, unit: 'mm' },
      { object1: a, object2: b, operator: 'max_distance', value: value + 1, unit: 'mm' },
      { object1: a, object2: 'table', operator: 'min_edge_distance', value: Math.round(value / 3), unit: 'mm' },
      { object1: a, object2: b, operator: 'left_of' },
      { object1: a, object2: b, operator: 'behind' },
      { object1: a, operator: 'within', zone: value % 2 ? 'left half' : 'back half' },
    ];
    const condition = conditions[Math.floor(next() * conditions.length)]!;
    if (a === b && condition.object2 === b) continue;
    const made = rule(condition);
    if (evaluateAll([made], scene).every((v) => v.verdict === 'satisfied' && Math.abs(v.margin ?? 99) > 3))
      found.push(made);
  }
  return found;
}

it('never proves wrong what holds, and mostly finds it', () => {
  const desk = createReferenceDesk();
  const next = random(20261121);
  const count = { arranged: 0, not_arranged: 0, unknown: 0 };
  for (let i = 0; i < DESKS; i++) {
    const [first, ...others] = holding(layOut(next), next);
    if (first === undefined) continue;
    expect(conflictsOf(first, others).filter((c) => c.kind !== 'subsumed')).toEqual([]);
    const check = desk.together(first, others);
    if (check.kind === 'not_arranged') expect(check.proven).toBe(false);
    count[check.kind]++;
  }
  // 149 of 150 when this was written; the other one was a false alarm, and said that it is no proof.
  expect(count.arranged).toBeGreaterThanOrEqual(0.97 * DESKS);
});

/** A mat with one or two coasters on it, a mug on the first, and other things beside it. */
function layOutStacked(next: () => number): Standing[] {
  const [w, h] = halfExtent(typicalBase('desk_mat'));
  const mat = { class: 'desk_mat', x: w + next() * (DESK.width - 2 * w), y: h + next() * (DESK.depth - 2 * h) };
  const beside = layOut(next).filter((thing) => {
    const [tw, th] = halfExtent(typicalBase(thing.class));
    return thing.class !== 'mug' && (Math.abs(thing.x - mat.x) > w + tw || Math.abs(thing.y - mat.y) > h + th);
  });
  const coaster = { class: 'coaster', x: mat.x + (next() < 0.5 ? 0 : (next() - 0.5) * w), y: mat.y };
  return [mat, coaster, { ...coaster, class: 'mug' }, ...beside];
}

it('nor what stands on a coaster that lies on a mat', () => {
  const desk = createReferenceDesk();
  const next = random(20261127);
  let [asked, arranged] = [0, 0];
  for (let i = 0; i < 60; i++) {
    const places = layOutStacked(next);
    const scene = deskWith(places, null, []);
    const wishes: Condition[] = [
      { object1: 'mug', object2: 'coaster', operator: 'on' },
      { object1: 'mug', object2: 'desk_mat', operator: 'centered_on' },
      { object1: 'coaster', object2: 'desk_mat', operator: 'on' },
      { object1: 'mug', object2: 'desk_mat', operator: 'on' },
    ];
    const standing = wishes
      .map((c) => rule(c))
      .filter((r) => evaluateAll([r], scene).every((v) => v.verdict === 'satisfied'));
    const [first, ...others] = [...standing, ...holding(places, next).slice(0, 2)];
    if (first === undefined) continue;
    asked++;
    expect(conflictsOf(first, others).filter((c) => c.kind !== 'subsumed')).toEqual([]);
    const check = desk.together(first, others);
    if (check.kind === 'not_arranged') expect(check.proven).toBe(false);
    if (check.kind === 'arranged') arranged++;
  }
  // 59 when this was written; without beginning on the mat far fewer.
  expect(asked).toBe(60);
  expect(arranged).toBeGreaterThanOrEqual(58);
});
