import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { linksOf } from '../../../src/annotate/links.ts';
import { createView } from '../../../src/annotate/view.ts';
import type { Condition, Rule } from '../../../src/contract/rule.ts';
import { canonicalSentence } from '../../../src/language/grammar/canonical.ts';
import { conditionProblem } from '../../../src/language/grammar/check.ts';
import { completeDraft } from '../../../src/language/grammar/draft.ts';
import { propose } from '../../../src/placement/propose.ts';
import { evaluateAll } from '../../../src/rules/evaluate.ts';
import { evaluateSummary } from '../../../src/rules/evaluate-summary.ts';
import { fault } from '../../../src/rules/fault.ts';
import { verdictNumbers } from '../../../src/rules/visit-results.ts';
import { desk, ruleOf } from '../desk.ts';
import { levelWith } from './level-with.ts';

/** The catalogue and the solver's table with one row more: all that the core is told of a new operator. */
vi.mock('../../../src/rules/operators/catalogue.ts', async (original) => {
  const catalogue = await original<typeof import('../../../src/rules/operators/catalogue.ts')>();
  const { levelWith: added } = await import('./level-with.ts');
  const specs: Readonly<Record<string, typeof added>> = { ...catalogue.OPERATOR_SPECS, level_with: added };
  return { OPERATOR_SPECS: specs, specOf: (name: string | undefined) => specs[name ?? ''] ?? null };
});
vi.mock('../../../src/placement/requirements/demands.ts', async (original) => {
  const { DEMANDS } = await original<typeof import('../../../src/placement/requirements/demands.ts')>();
  const { levelWithDemand } = await import('./level-with.ts');
  return { DEMANDS: { ...DEMANDS, level_with: levelWithDemand } };
});

const level = (extra: Partial<Condition> = {}): Condition => ({
  object1: 'mug',
  object2: 'laptop',
  operator: levelWith.name,
  value: 50,
  unit: 'mm',
  ...extra,
});
const laptop = { class: 'laptop', x: 800, y: 500 };
const at = (y: number, sigma = 1) => desk([{ class: 'mug', x: 300, y, sigma }, laptop]);

describe('a sixteenth operator', () => {
  it('is checked by its shape', () => {
    expect(conditionProblem(level())).toBeNull();
    expect(conditionProblem({ ...level(), value: undefined })).toBe('level_with needs a value');
    expect(conditionProblem(level({ unit: 'count' }))).toBe('level_with is measured in mm');
    expect(conditionProblem(level({ object2: 'mug' }))).toBe('an object cannot be placed relative to itself');
    expect(conditionProblem(level({ zone: 'left' }))).toBe('level_with takes no zone');
  });

  it('makes a draft: name, type, priority, default action and canonical sentence', () => {
    const draft = completeDraft([level({ attribute: 'full' })], { source: 'manual' });
    expect(draft).toMatchObject({
      name: 'Full Mug Level with Laptop',
      type: 'placement',
      priority: 5,
      actions: [{ type: 'move', parameters: { level_with: 'laptop', tolerance: 50, unit: 'mm' } }],
      canonical: 'every full mug is level with every laptop to within 50 mm',
    });
    expect(canonicalSentence([level({ when: 'available' })], { priority: 3 })).toBe(
      'every mug is level with every laptop to within 50 mm when available (priority 3)',
    );
  });

  it.each([
    [
      510,
      'satisfied',
      'mug-1 is level with laptop-1 (over 99 % sure): between 8 and 12 mm off; at most 50 mm is allowed',
    ],
    [
      700,
      'violated',
      'mug-1 is not level with laptop-1 (over 99 % sure): between 198 and 202 mm off; at most 50 mm is allowed',
    ],
    [
      551,
      'uncertain',
      'mug-1 is probably not level with laptop-1 (84 % likely): between 49 and 53 mm off; at most 50 mm is allowed',
    ],
  ])('is judged, with its words: %d', (y, verdict, reason) => {
    const rules = [ruleOf(level())];
    expect(evaluateAll(rules, at(y))).toMatchObject([{ operator: 'level_with', verdict, required: 50, reason }]);
    expect(evaluateSummary(rules, at(y)).verdicts).toEqual(evaluateAll(rules, at(y)));
    expect(verdictNumbers(rules, at(y), new Set(['mug-1']))).toMatchObject([{ verdict }]);
  });

  it('says where it does not apply, as every operator does', () => {
    expect(evaluateAll([ruleOf(level())], desk([laptop]))).toMatchObject([
      { verdict: 'not_applicable', reason: 'no mug is in the image' },
    ]);
  });

  it('has words for what is wrong, and a line in the image between the centres', () => {
    const rules: Rule[] = [ruleOf(level())];
    const scene = at(700);
    const verdicts = evaluateAll(rules, scene);
    expect(fault(scene, rules, verdicts[0]!)).toBe('not level with laptop');
    const [link] = linksOf(scene, verdicts, createView(scene, scene.width, scene.height));
    expect(link).toMatchObject({ from: { x: 600, y: 1400 }, to: { x: 1600, y: 1000 }, detail: 'max 50 mm' });
  });

  it('is resolved by a move', () => {
    const { moves } = propose(at(700), [ruleOf(level())]);
    expect(moves).toMatchObject([
      { objectId: 'mug-1', type: 'move_up', distanceMm: 152, reason: 'Not level with laptop', verified: true },
    ]);
  });
});

/** What still names an operator, besides its English (src/language, src/search) and the proofs of conflicts (src/conflicts). */
it('is written in four files', () => {
  const root = new URL('../../../', import.meta.url).pathname;
  const files = ['src', 'tools', 'resources', 'prompts'].flatMap((folder) =>
    readdirSync(`${root}${folder}`, { recursive: true, encoding: 'utf8' }).map((file) => `${folder}/${file}`),
  );
  const naming = (name: string) =>
    files
      .filter((file) => file.endsWith('.ts') && !/^src\/(language|conflicts|search)\//.test(file))
      .filter((file) => new RegExp(`'${name}'|^ +${name}\\b[:,]`, 'm').test(readFileSync(`${root}${file}`, 'utf8')))
      .sort();
  for (const name of ['aligned', 'within', 'min_edge_distance', 'max_distance']) {
    const own = `src/rules/operators/${name.replaceAll('_', '-')}.ts`;
    const shared = [
      'src/contract/rule.ts',
      'src/placement/requirements/demands.ts',
      'src/rules/operators/catalogue.ts',
    ];
    expect(naming(name)).toEqual([...shared, own].sort());
  }
});
