import { expect, it } from 'vitest';
import { spokenText } from '../../src/agent/spoken-text.ts';

it('what only a client of MCP can do is not said', () => {
  const summary = [
    '**ana_1** · 1 mug · 1 other object',
    '- violated · rule_1 · mug_1 is near',
    '- 3 more violated: detail "full"',
    '- 2 more moves in structuredContent',
    '… and 4 more lines: detail "full"',
    'Next: get_annotated_image {"analysis_id":"ana_1"} shows the measured scene',
  ].join('\n');
  expect(spokenText(summary)).toBe(
    [
      'ana_1 · 1 mug · 1 other object',
      '- violated · rule_1 · mug_1 is near',
      '- 3 more violated, not listed here',
      '- 2 more moves, not listed here',
      '… and 4 more lines, not listed here',
    ].join('\n'),
  );
  expect(spokenText('a\n\nNext:\n- get_analysis x\n- y')).toBe('a');
  expect(spokenText('a\nNext page: cursor "x".')).toBe('a');
});

it('a verdict is said in plain words', () => {
  expect(spokenText('not_applicable: every mug …\n- not_applicable · rule_1 · no laptop')).toBe(
    'Does not apply here: every mug …\n- does not apply · rule_1 · no laptop',
  );
  expect(spokenText('violated: every mug …')).toBe('Violated: every mug …');
});
