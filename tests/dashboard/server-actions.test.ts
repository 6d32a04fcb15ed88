import { expect, it } from 'vitest';
import { ACTIONS, actionsOf } from '../../dashboard/src/pages/servers/actions.ts';
import { RULES } from '../../src/fleet/actions.ts';

it('the page offers of a server what the server itself allows', () => {
  const { update: _, ...offered } = RULES;
  const rules = Object.entries(offered).map(([action, { from, forced, guarded }]) => [
    action,
    { from, forced, guarded },
  ]);
  const page = Object.entries(ACTIONS).map(([action, { from, forced, guarded }]) => [
    action,
    { from, forced, guarded },
  ]);
  expect(page).toEqual(rules);
});

it('offers nothing that is not permitted, and of what is protected neither stop nor terminate', () => {
  const running = { state: 'running', type: 'timed', protected: false } as const;
  expect(actionsOf(running, () => true)).toEqual(['stop', 'restart', 'terminate']);
  expect(actionsOf(running, (permission) => permission === 'servers:control')).toEqual(['stop', 'restart']);
  expect(actionsOf({ ...running, protected: true }, () => true)).toEqual(['restart']);
  expect(actionsOf({ ...running, type: 'serverless' }, () => true)).toContain('scale');
});
