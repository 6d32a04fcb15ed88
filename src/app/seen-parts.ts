import { demand, INTERNALS } from '../access/can.ts';
import type { Config } from '../config/config.ts';
import type { CallContext } from '../contract/call-context.ts';
import type { Part } from '../contract/part.ts';
import type { KnownParts } from './known-parts.ts';

/** What health itself does not look at each time is kept so long, ms: whoever asks often must not cost much. */
const KEPT_MS = 10_000;

async function seeOthers(config: Config, services: KnownParts): Promise<readonly Part[]> {
  const [{ quietParts }, { knownParts, lookAtAll }] = await Promise.all([
    import('./quiet-parts.ts'),
    import('./known-parts.ts'),
  ]);
  const known = lookAtAll(knownParts(services));
  return [...(await known), ...(await quietParts(config))];
}

/** `Services.parts`. */
export function seenParts(
  config: Config,
  known: KnownParts,
  now: () => Date,
): (ctx: CallContext) => Promise<readonly Part[]> {
  let seen: { readonly at: number; readonly parts: Promise<readonly Part[]> } | null = null;
  return async ({ principal }) => {
    demand(principal, INTERNALS.faults);
    const at = now().getTime();
    if (seen === null || Math.abs(at - seen.at) > KEPT_MS) {
      seen = { at, parts: seeOthers(config, known) };
    }
    const others = seen.parts;
    const { checkedParts, lookAtAll } = await import('./known-parts.ts');
    return [...(await lookAtAll(checkedParts(known))), ...(await others)];
  };
}
