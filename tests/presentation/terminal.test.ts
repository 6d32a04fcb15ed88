import { expect, it } from 'vitest';
import type { Analysis } from '../../src/contract/analysis.ts';
import { describeAnalysis } from '../../src/presentation/terminal.ts';
import { sampleAnalysis } from '../support/samples.ts';

const position = {
  ...{ x: 50, y: 50, distance_to_edge: 0, edge_reference: 'image' as const },
  ...{ x_mm: -254, y_mm: -50.8, uncertainty_mm: 25.4, distance_to_edge_mm: null },
};
const verdict = {
  ...{ rule_id: 'r', condition: 0, operator: 'min_distance' as const, objects: ['mug-1', 'laptop-1'] },
  ...{ measured: 76.2, required: 152.4, uncertainty: 12.7, margin: -76.2, unit: 'mm' as const },
};

const desk = sampleAnalysis({
  objects: [{ id: 'mug-1', class: 'mug', confidence: 0.9, bbox: [1.2, 2.2, 3.2, 4.2], position }],
  calibration: {
    ...sampleAnalysis().calibration,
    ...{ method: 'known_objects', source: 'reference_object', mm_per_pixel: 3.8642, relative_uncertainty: 0.11 },
    ...{ references: ['mug-1'], reason: null },
  },
  rules: [
    { ...verdict, verdict: 'violated', reason: 'mug-1 is 76 mm from laptop-1' },
    { ...verdict, verdict: 'not_applicable', measured: null, reason: 'no keyboard is seen' },
  ] as Analysis['rules'],
  positioning: {
    ...{ optimal_position: null, safety_score: null, infeasible: null, mugs: [] },
    adjustments_needed: [
      {
        ...{ object_id: 'mug-1', type: 'move_up', distance_mm: 76.2, vector_mm: [0, -76.2], vector_px: [0, -20] },
        ...{ reason: 'Too close to laptop', rule_ids: ['r'], verified: true },
      },
    ],
  },
  feedback: { summary: 'Mug detected.', recommendations: ['Move mug-1 76.2 mm away from you.'] },
});

it('says directions as the person at the desk has them, and each move once', () => {
  const text = describeAnalysis('a.jpg', desk);
  expect(text).toContain('25 cm to the left, 5 cm away from you (± 3 cm)');
  expect(text).toContain("counted from the middle of the image's lower edge");
  expect(text.match(/76\.2 mm/g)).toHaveLength(1);
  expect(text).not.toMatch(/\bup\b/);
});

it('says of a place no component that is nothing, and only how far it may be where the error is as large', () => {
  const at = (x_mm: number, y_mm: number, uncertainty_mm: number) => {
    const [mug] = desk.objects;
    const objects = [{ ...mug!, position: { ...position, x_mm, y_mm, uncertainty_mm } }];
    return describeAnalysis('a.jpg', { ...desk, objects });
  };
  expect(at(3, -400, 50)).toContain('  40 cm away from you (± 5 cm)');
  expect(at(3, -400, 50)).not.toContain('0 cm to the');
  expect(at(0, -400, 1200)).toContain('  within 160 cm of that point');
});

it('says which error the scale has, and which rule had no case', () => {
  const text = describeAnalysis('a.jpg', desk);
  expect(text).toContain('Scale 3.864 mm per pixel ± 11 %');
  expect(text).toMatch(/^ {2}no case +no keyboard is seen$/m);
});

it('gives inches where they were asked for', () => {
  const text = describeAnalysis('a.jpg', { ...desk, units: 'imperial' });
  expect(text).toContain('10 in to the left, 2 in away from you (± 1 in)');
});

it('says once why there are no millimetres, what mends that here, and that no rule is there', () => {
  const warnings = ['nothing of known size', 'another', 'No rule is enabled.'];
  const feedback = { summary: 'Mug detected; no rule is enabled.', recommendations: [] };
  const text = describeAnalysis('a.jpg', sampleAnalysis({ warnings, feedback }));
  expect(text.match(/no rule is enabled/gi)).toHaveLength(1);
  expect(text).toContain('--mm-per-pixel');
  expect(text.match(/nothing of known size/g)).toHaveLength(1);
  expect(text).toContain('! another');
  expect(text).not.toContain('counted from');
});

it('leads with what is wrong and how sure that is, and says each verdict once', () => {
  const reason = 'mug-1 is too close to laptop-1 (97 % sure): between 2 and 9 cm apart, needs at least 15 cm';
  const fine = 'mug-2 is far enough from laptop-1 (over 99 % sure): between 31 and 44 cm apart, needs at least 15 cm';
  const rules = [
    { ...verdict, verdict: 'violated', reason },
    { ...verdict, verdict: 'satisfied', reason: fine },
  ] as Analysis['rules'];
  const feedback = { summary: 'Mug detected but positioned too close to laptop.', recommendations: [`${reason}.`] };
  const lines = describeAnalysis('a.jpg', { ...desk, rules, feedback }).split('\n');
  expect(lines.slice(1, 4)).toEqual([`  ${feedback.summary}`, `  - ${reason}.`, `  satisfied  ${fine}`]);
  expect(lines.join().match(/97 % sure/g)).toHaveLength(1);
});

it('drops control characters', () => {
  expect(describeAnalysis('a\u001b[31m.jpg', sampleAnalysis())).not.toContain('\u001b');
});
