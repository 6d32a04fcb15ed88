import type { App } from '../app/create-app.ts';
import { VERSION } from '../version.ts';
import { call } from './caller.ts';
import { attempt, type Check, Found } from './check.ts';
import { statusLines } from './queue.ts';

/** Whether the queue can be reached and somebody takes from it. */
export async function examineQueue({ services }: Pick<App, 'services'>): Promise<Check> {
  const name = 'queue';
  if ((await services.queue.status(call)) === null) {
    return { name, state: 'off', detail: 'each server computes itself: H200_QUEUE is unset' };
  }
  return attempt(name, async () => {
    const status = await services.queue.status(call);
    if (status?.state !== 'connected') {
      throw new Found('QUEUE_001: Redis gives no answer. Correct the REDIS_ variables, or start it.');
    }
    const { workers, dead } = status;
    const ours = workers.filter(({ version }) => version === VERSION);
    if (ours.length === 0) {
      const others = workers.length > 0 ? ` ${workers.length} of other versions are there.` : '';
      throw new Found(`QUEUE_002: No worker of version ${VERSION} takes analyses.${others} Start "h200-mug worker".`);
    }
    const idle = ours.flatMap((one) =>
      one.trouble === null ? [] : [`${one.worker_id} on ${one.host}: ${one.trouble}`],
    );
    if (idle.length > 0) {
      throw new Found(
        `${idle.length} of ${ours.length} workers ${idle.length === 1 ? 'takes' : 'take'} nothing. ${idle.join(' ')}`,
      );
    }
    const models = new Set(ours.map(({ model }) => model));
    const mixed =
      models.size > 1 ? ` Its workers have different models (${[...models].join(', ')}): give all the same.` : '';
    const given = dead ? ' "h200-mug queue dead" lists what was given up.' : '';
    return `${statusLines(status)[0]}; ${ours.length} workers.${mixed}${given}`;
  });
}
