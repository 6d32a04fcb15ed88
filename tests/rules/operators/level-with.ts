import type { Operator } from '../../../src/contract/rule.ts';
import { Z90 } from '../../../src/contract/verdict.ts';
import type { Demand } from '../../../src/placement/requirements/demands.ts';
import { offsetIn, yOf } from '../../../src/placement/solver/pieces.ts';
import type { Layout } from '../../../src/placement/solver/problem.ts';
import { atMost, requiredLength } from '../../../src/rules/interval.ts';
import { eachOrderedPair } from '../../../src/rules/measuring/pairs.ts';
import type { OperatorSpec } from '../../../src/rules/measuring/spec.ts';
import { nameOf, noMillimetres, rangeOf, state } from '../../../src/rules/measuring/words.ts';
import { shape } from '../../../src/rules/statement.ts';

/** A sixteenth operator, for tests: every A is at most `value` mm nearer to the camera, or farther, than every B. */
export const levelWith: OperatorSpec = {
  name: 'level_with' as Operator,
  shape: shape('direction', 'mm'),
  bound: 'most',
  type: 'placement',
  hazard: 'placement',
  title: (_, first, second) => `${first} Level with ${second}`,
  canonical: (_, p) => `every ${p.one} is level with ${p.everySecond} to within ${p.length}`,
  action: (c) => ({ type: 'move', parameters: { level_with: c.object2 ?? '', tolerance: c.value ?? 0, unit: 'mm' } }),
  fault: (_, other) => `not level with ${other}`,
  unit: 'mm',
  ends: 'centres',
  subject: 'pair',
  required: (condition) => condition.value ?? null,
  evaluate(on, sink) {
    const allowed = on.condition.value ?? 0;
    eachOrderedPair(on, (a, b) => {
      const half = on.index.half(a, b, 'y');
      if (half < 0) {
        sink('uncertain', a, b, Number.NaN, Number.NaN, Number.NaN, 'no_mm');
        return;
      }
      const off = Math.abs(on.index.value(a, b, 'y'));
      sink(atMost(Math.max(0, off - half), off + half, allowed), a, b, off, half, allowed - off, 'measured');
    });
  },
  explain(on, f) {
    const [a, b] = [nameOf(on, f.a), nameOf(on, f.b)];
    const requirement = `at most ${requiredLength(on.condition.value ?? 0)} is allowed`;
    return f.code === 'no_mm'
      ? `how level ${a} is with ${b} is not known; ${requirement}; ${noMillimetres(on)}`
      : `${a} ${state(f, { good: `level with ${b}`, bad: `not level with ${b}` })}: ${rangeOf(on, f, on.condition.value ?? 0).range} off; ${requirement}`;
  },
};

/** What resolves it, for the solver. */
export const levelWithDemand: Demand = {
  onTable(scene, { value = 0 }, [a, b]) {
    if (a === undefined || b === undefined) return null;
    const pointEstimate = (layout: Layout) => value - Math.abs(yOf(a, layout) - yOf(b, layout));
    return {
      pointEstimate,
      lowerBound90: (layout) =>
        pointEstimate(layout) - Z90 * (offsetIn(scene, a, b, layout)?.dy.sigma ?? Number.POSITIVE_INFINITY),
      isMinDistance: false,
      relative: true,
      exact: true,
    };
  },
};
