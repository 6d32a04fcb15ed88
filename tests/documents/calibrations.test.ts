import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CalibrationInput } from '../../src/contract/calibration.ts';

const manual = readFileSync(new URL('../../docs/manual.md', import.meta.url), 'utf8');
const section = /^### Give a calibration$(.*?)^#{2,3} /ms.exec(manual)?.[1] ?? '';
const shown = [...section.matchAll(/```json\n(.+?)\n```/gs)].map(([, json = '']) => json);

/** Every field of every form. */
const FIELDS = CalibrationInput.options.flatMap((form) => Object.keys(form.shape));

describe('the manual on calibrations', () => {
  it.each(shown)('shows what is taken as it stands: %s', (json) => {
    expect(CalibrationInput.parse(JSON.parse(json))).toEqual(JSON.parse(json));
  });

  it('shows every form with every field', () => {
    const used = new Set(shown.flatMap((json) => Object.keys(JSON.parse(json))));
    expect([...used].toSorted()).toEqual([...new Set(FIELDS)].toSorted());
    expect(section).toContain('`a4`, `letter` or `card`');
  });

  it('shows one for the command line', () => {
    const json = /--calibration '(.+)'/.exec(section)?.[1] ?? '';
    expect(CalibrationInput.safeParse(JSON.parse(json)).success).toBe(true);
  });
});
