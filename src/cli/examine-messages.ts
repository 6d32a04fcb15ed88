import type { App } from '../app/create-app.ts';
import { call } from './caller.ts';
import { attempt, type Check } from './check.ts';

/** Where messages are sent and what waits; nothing is sent for it, `notify test` does that. */
export async function examineMessages(app: Pick<App, 'services'>): Promise<Check[]> {
  const { notifications } = app.services;
  const targets = notifications.states(call);
  if (targets.length === 0) {
    return [{ name: 'messages', state: 'off', detail: 'sent nowhere: WEBHOOK_URL and the like are unset' }];
  }
  const check = await attempt('messages', async () => {
    const all = await notifications.status(call);
    const each = all.map(({ target, state, waiting, dead_letters: dead, last_error: error }) => {
      const why = state === 'retrying' && error !== null ? ` (${error.reason}, ${error.at})` : '';
      return `${target} ${waiting ?? '?'} waiting${why}, ${dead ?? '?'} dead`;
    });
    return `${each.join('; ')}. "h200-mug notify test ${targets[0]?.target}" sends one.`;
  });
  return [check];
}
