import type { Deployment, Overlap } from '../contract/deployment.ts';
import { quotedText } from '../plain-text.ts';
import { usd } from './money.ts';

const minute = (time: string) => `${time.slice(0, 16).replace('T', ' ')} UTC`;

/** Two run at once: what that costs, and how long at most. */
export function overlapText({
  server_ids: ids,
  price_per_hour: old,
  together_per_hour: most,
  at_most_seconds: s,
}: Overlap) {
  if (ids.length === 0) return 'The old server is stopped first: nothing runs beside the new one.';
  const runs = `${ids.join(', ')} ${ids.length === 1 ? 'runs' : 'run'} on meanwhile${old === null ? '' : ` at ${usd(old)} an hour`}`;
  const both = most === null ? 'what both cost together is not known' : `together at most ${usd(most)} an hour`;
  return `${runs}: ${both}, for ${spanOf(s)} at most.`;
}

/** How one deployment stands, on a few lines. */
export function deploymentText(one: Deployment): string {
  const { id, type, strategy, phase, outcome, message, weights, judgement, attended } = one;
  const facts = [
    weights.map(({ id: name, weight }) => `${name} ${weight} %`).join(', '),
    ...(one.step_until === null ? [] : [`this step until ${minute(one.step_until)}`]),
    ...(one.kept_until === null
      ? []
      : [
          `${one.swaps[0]?.old_server_id === null ? 'it can be rolled back' : 'the old one is kept'} until ${minute(one.kept_until)}`,
        ]),
    ...(judgement === null ? [] : [quotedText(judgement.reason, 200)]),
    ...(attended ? [] : ['no program drives it now: it goes on while serve or stdio runs']),
  ];
  return `${id} ${type}, ${strategy}: ${outcome ?? phase}. ${message} (${facts.join('; ')})`;
}

export const isUnderWay = ({ outcome }: Deployment): boolean => outcome === null;

function spanOf(seconds: number): string {
  if (seconds < 7200) return `${Math.ceil(seconds / 60)} minutes`;
  return `${Number((seconds / 3600).toFixed(1))} hours`;
}
