import { expect, it } from 'vitest';
import { asksForChanges, timeIn } from '../../src/agent/asks-for-changes.ts';
import { meantSkill } from '../../src/agent/meant-skill.ts';

const meant = (text: string, args = {}) => meantSkill({ skill: null, args, text });

it.each([
  ['What has changed on the desk since this morning?', 'this morning'],
  ['what changed since 12 hours?', '12h'],
  ['Has anything moved since yesterday?', 'yesterday'],
  ['Did something new come in the last 3 days?', '3d'],
  ['What happened on the counter since 2026-11-28?', '2026-11-28'],
])('"%s" asks what a camera saw', (text, since) => {
  expect(meant(text)).toBe('what_changed');
  expect(timeIn(text)).toBe(since);
});

it('a rule, and anything else, does not', () => {
  expect(meant('Keep mugs at least 10 cm from laptops')).toBe('make_rule');
  for (const text of ['Hello', 'Where should my mug go?', 'change the rule']) {
    expect(asksForChanges(text), text).toBe(false);
  }
  expect(meant('', { camera: 'desk' })).toBe('what_changed');
});
