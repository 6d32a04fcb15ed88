import { expect, it } from 'vitest';
import type { Analysis } from '../../src/contract/analysis.ts';
import { summaryText } from '../../src/presentation/analysis-summary-text.ts';
import { sampleAnalysis } from '../support/samples.ts';

type Move = NonNullable<Analysis['positioning']>['adjustments_needed'][number];
const move = (id: string, more: Partial<Move>): Move => ({
  object_id: id,
  type: 'move_left',
  distance_mm: 40,
  vector_mm: [-40, 0],
  vector_px: [-40, 0],
  reason: `then ${id} is far enough from laptop-1`,
  rule_ids: ['rule_1'],
  verified: true,
  sight: 'plain',
  ...more,
});
const textOf = (...moves: Move[]) =>
  summaryText(
    sampleAnalysis({
      positioning: {
        optimal_position: null,
        adjustments_needed: moves,
        safety_score: 0.5,
        infeasible: null,
        mugs: [],
      },
    }),
    [],
  );
const count = (text: string, words: string) => text.split(words).length - 1;

it('what is open about all moves alike is said once, behind them', () => {
  const check = 'check that the place is free';
  const open = (id: string): Move =>
    move(id, { verified: false, unverified: check, reason: `then ${id} is far enough from laptop-1; ${check}` });
  const text = textOf(open('mug-1'), open('mug-2'));
  expect(text).toContain('· then mug-1 is far enough from laptop-1\n');
  expect(text).toContain('· then mug-2 is far enough from laptop-1\n');
  expect(count(text, check)).toBe(1);
});

it('what stays undecided for all alike too', () => {
  const other = 'rule_2 about phone-1';
  const undecided = (id: string): Move =>
    move(id, { unverified: other, reason: `then ${id} is far enough from laptop-1; stays undecided: ${other}` });
  const text = textOf(undecided('mug-1'), undecided('mug-2'));
  expect(count(text, other)).toBe(1);
  expect(text).toContain(`verified against everything but ${other}`);
});

it('what differs stays with its move', () => {
  const one = move('mug-1', { verified: false, unverified: 'check a', reason: 'helps; check a' });
  const two = move('mug-2', { verified: false, unverified: 'check b', reason: 'helps; check b' });
  const text = textOf(one, two);
  expect(text).toContain('· helps; check a');
  expect(text).toContain('· helps; check b');
});
