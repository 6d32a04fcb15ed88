import { describe, expect, it } from 'vitest';
import { feedback } from '../../../src/analysis/feedback/feedback.ts';
import type { UnitSystem } from '../../../src/contract/length-unit.ts';
import type { Rule } from '../../../src/contract/rule.ts';
import { propose } from '../../../src/placement/propose.ts';
import { evaluateSummary } from '../../../src/rules/evaluate-summary.ts';
import type { Scene } from '../../../src/scene/types.ts';
import { desk, MM, minDistance, NO_MM, rectangle, rule, type Thing, zone } from '../../placement/desk.ts';

const laptop: Thing = { id: 'laptop-1', x: 400, y: 300, width: 320, height: 220, sigma: 3 };
const mug: Thing = { id: 'mug-1', x: 640, y: 300, radius: 40, sigma: 3 };
const phone: Thing = { id: 'phone-1', x: 600, y: 300, width: 70, height: 150, sigma: 3 };
const far = minDistance('mug', 'laptop', 152.4, { rule_id: 'rule_far' });
const edge = rule(
  { object1: 'mug', object2: 'table', operator: 'min_edge_distance', value: 50, unit: 'mm' },
  { priority: 7 },
);

function say(scene: Scene, rules: readonly Rule[], units?: UnitSystem) {
  const { verdicts } = evaluateSummary(rules, scene, units);
  return feedback(scene, rules, verdicts, propose(scene, rules), units && { units });
}

const HOW =
  'For millimetres, lay the printed sheet (h200-mug marker) in the picture, show an object of known size (laptop, keyboard, phone) or give four table points, a sheet of A4 paper or mm_per_pixel.';

describe('what a person reads', () => {
  it('a mug too close to a laptop, in mm and in inches', () => {
    expect(say(desk([laptop, mug]), [far])).toEqual({
      summary: 'Mug detected but positioned too close to laptop.',
      recommendations: [
        'Move mug-1 127 mm to the right and 1 mm away from you (verified: all rules hold there with all errors; see that it is free).',
      ],
    });
    expect(say(desk([laptop, mug]), [far], 'imperial').recommendations).toEqual([
      'Move mug-1 5 in to the right and 0.04 in away from you (verified: all rules hold there with all errors; see that it is free).',
    ]);
  });

  it('several mugs with the same fault: how many', () => {
    const mugs = (count: number) =>
      Array.from({ length: count }, (_, i) => ({ ...mug, id: `mug-${i + 1}`, y: 200 + 90 * i }));
    const summary = (scene: Scene) => say(scene, [far]).summary;
    expect(summary(desk([laptop, ...mugs(2)]))).toBe('2 mugs detected; mug-1 and mug-2 are too close to laptop.');
    expect(summary(desk([laptop, ...mugs(3)]))).toBe('3 mugs detected; mug-1 and 2 more mugs are too close to laptop.');
    const one = desk([laptop, mug, { ...mug, id: 'mug-2', x: 1000 }]);
    expect(summary(one)).toBe('2 mugs detected; mug-1 is too close to laptop.');
  });

  it('mugs out of line: the one that is farthest off, in summary and verdict alike', () => {
    const row = rule({ object1: 'mug', operator: 'aligned', value: 20, unit: 'mm' });
    const at = (id: string, x: number, y: number): Thing => ({ ...mug, id, x, y });
    const scene = desk([at('mug-1', 200, 500), at('mug-2', 500, 620), at('mug-3', 800, 500)]);
    const { verdicts } = evaluateSummary([row], scene);
    expect(say(scene, [row]).summary).toBe('3 mugs detected; mug-2 is out of line with the others.');
    expect(verdicts[0]?.reason).toMatch(/^mug-1, mug-2 and mug-3 are not in line .*: mug-2 is /);
  });

  it('a scale that is only a guess comes before the verdict', () => {
    const guessed = desk([laptop, mug], { calibration: { ...MM, scaleSigma: 0.5 } });
    expect(say(guessed, [far]).summary).toMatch(/^The scale is only a guess \(± 82 %\)\. Mug detected/);
  });

  it('all is well', () => {
    const good = desk([laptop, { ...mug, x: 900 }]);
    expect(say(good, [far])).toEqual({
      summary: 'Mug detected and well positioned: the rule that applies holds.',
      recommendations: [],
    });
    expect(say(good, [far, edge]).summary).toBe('Mug detected and well positioned: all 2 rules that apply hold.');
    const two = desk([laptop, { ...mug, x: 900 }, { ...mug, id: 'mug-2', x: 1000 }]);
    expect(say(two, [far]).summary).toBe('2 mugs detected: the rule that applies holds.');
  });

  it('nothing to see, nothing to check', () => {
    expect(say(desk([]), [far])).toEqual({
      summary: 'Nothing was recognised in the image, so no rule applies.',
      recommendations: [],
    });
    expect(say(desk([]), [])).toEqual({ summary: 'Nothing was recognised in the image.', recommendations: [] });
    expect(say(desk([laptop]), [far]).summary).toBe('No mug detected (1 other object); no rule applies.');
    expect(say(desk([mug]), []).summary).toBe('Mug detected; no rule is enabled, so nothing was checked.');
    expect(say(desk([mug]), [far]).summary).toBe('Mug detected; no rule applies.');
  });

  it('no millimetres, and how to get them', () => {
    expect(say(desk([laptop, mug], { calibration: NO_MM }), [far])).toEqual({
      summary: 'Mug detected; the rule that applies cannot be decided without millimetres.',
      recommendations: ['mug-1 may be too close to laptop: that is not known without millimetres.', HOW],
    });
  });

  it('too close to tell', () => {
    const gentle = { ...far, priority: 5 };
    expect(say(desk([laptop, { ...mug, x: 752 }]), [gentle, edge])).toEqual({
      summary: 'Mug detected; 1 of 2 rules cannot be decided from this image.',
      recommendations: [
        'mug-1 may be too close to laptop-1 (53 % likely): between 14.5 and 16 cm apart, needs at least 15.24 cm (6 in).',
      ],
    });
    expect(say(desk([laptop, { ...mug, x: 752 }]), [gentle], 'imperial').recommendations).toEqual([
      'mug-1 may be too close to laptop-1 (53 % likely): between 5.7 and 6.3 in apart, needs at least 6 in.',
    ]);
  });

  it('what nobody can decide stays open beside the promise', () => {
    const border = desk([laptop, mug], { edge: 'image' });
    expect(say(border, [far, edge]).recommendations).toEqual([
      'Move mug-1 127 mm to the right and 1 mm away from you (verified against everything but where the table ends; see that it is free).',
      'the distance of mug-1 from the edge of the table is unknown; needs at least 50 mm; where the table ends is not known: give the corners of the table.',
    ]);
  });

  it('over an obstacle, and elsewhere something else is broken', () => {
    const zones = [zone('left half', rectangle(120, 350, 240, 700))];
    const within = rule({ object1: 'mug', operator: 'within', zone: 'left half' });
    const apart = minDistance('phone', 'laptop', 150, { priority: 3 });
    const scene = desk([laptop, { ...mug, x: 700 }, { ...phone, y: 480 }], { zones });
    expect(say(scene, [within, apart])).toEqual({
      summary: 'Mug detected but outside zone left half, and 1 more rule is broken.',
      recommendations: [
        'Move mug-1 508 mm to the left, lifting it over laptop-1 (verified: its rules hold there with all errors; see that it is free).',
        'phone-1 is too close to laptop-1 (over 99 % sure): at most 1 cm apart, needs at least 15 cm; no place within reach resolves that.',
      ],
    });
  });

  it('too many', () => {
    const count = rule({ object1: 'mug', operator: 'count_max', value: 1, unit: 'count' });
    expect(say(desk([mug, { ...mug, id: 'mug-2', x: 900 }]), [count])).toEqual({
      summary: '2 mugs detected; 2 mugs are seen; at most 1 is allowed.',
      recommendations: ['2 mugs are seen; at most 1 is allowed; no place within reach resolves that.'],
    });
  });

  it('rules against each other', () => {
    const near = rule(
      { object1: 'mug', object2: 'laptop', operator: 'max_distance', value: 100, unit: 'mm' },
      { rule_id: 'rule_near', priority: 4, canonical: 'every mug stays within 100 mm of every laptop' },
    );
    const first = { ...far, canonical: 'every mug keeps at least 152.4 mm from every laptop' };
    const { recommendations } = say(desk([laptop, mug]), [first, near]);
    expect(recommendations.at(-1)).toBe(
      'These rules cannot hold together here: rule_far ("every mug keeps at least 152.4 mm from every laptop"), rule_near ("every mug stays within 100 mm of every laptop") (every place was ruled out, with lengths as measured; without any one of them an arrangement was found).',
    );
  });

  it('the most important first, and no more than ten sentences', () => {
    const phones = Array.from({ length: 14 }, (_, i) => ({ ...phone, id: `phone-${i + 1}`, x: 100 + i * 74, y: 600 }));
    const apart = minDistance('phone', 'phone', 150, { priority: 3 });
    const { recommendations } = say(desk([laptop, mug, ...phones]), [apart, far]);
    expect(recommendations).toHaveLength(10);
    expect(recommendations[0]).toMatch(/^Move mug-1 /);
    expect(recommendations[1]).toMatch(/^phone-\d+ is too close to phone/);
    expect(recommendations.at(-1)).toMatch(/^\d+ more findings are in the list of verdicts\.$/);
  });

  it('a mug without a coaster: what to do about it, beside other rules too', () => {
    const bare = rule({ object1: 'mug', object2: 'coaster', operator: 'on' });
    const words = 'mug-1 is not on a coaster: mug-1 stands on no coaster: none is in the image; put a coaster there.';
    expect(say(desk([mug]), [bare]).recommendations).toEqual([words]);
    expect(say(desk([laptop, mug]), [bare, far]).recommendations).toContain(words);
  });
});
