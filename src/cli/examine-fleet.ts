import { AppError, toAppError } from '../errors.ts';
import { quotedText } from '../plain-text.ts';
import type { Services } from '../services.ts';
import { call } from './caller.ts';
import { attempt, type Check, Found } from './check.ts';

const MOST_QUOTED = 300;

/** Whether RunPod takes the key and answers. */
export async function examineFleet({ fleet }: Pick<Services, 'fleet'>): Promise<Check> {
  const name = 'RunPod';
  const off: Check = { name, state: 'off', detail: 'no GPU servers are rented: RUNPOD_API_KEY is unset' };
  let isOff = false;
  const check = await attempt(name, async () => {
    try {
      const gpus = await fleet.offers(call, { type: 'timed', gpu_count: 1, max_price: null });
      const { servers, provider } = await fleet.list(call);
      if (provider.state === 'unreachable' || provider.state === 'refused')
        throw new Found(`its GPUs can be read, its servers not: ${provider.reason}`);
      return `${provider.simulated ? 'simulated: ' : ''}takes the key; ${gpus.length} GPUs offered, ${servers.length} servers known`;
    } catch (thrown) {
      isOff = thrown instanceof AppError && thrown.code === 'SERVER_005';
      throw thrown instanceof Found ? thrown : inWords(thrown);
    }
  });
  return isOff ? off : check;
}

function inWords(thrown: unknown): unknown {
  const { code, message, details } = toAppError(thrown);
  const says =
    typeof details.provider_says === 'string'
      ? ` It says (data): ${quotedText(details.provider_says, MOST_QUOTED)}.`
      : '';
  if (code === 'SERVER_003') {
    return new Found(
      `${code}: RunPod refuses.${says} Correct RUNPOD_API_KEY: it must be valid, and may read and write.`,
    );
  }
  if (code === 'SERVER_004') {
    return new Found(`${code}: ${message}${says} Correct RUNPOD_REST_URL or the network, or try again later.`);
  }
  return thrown;
}
