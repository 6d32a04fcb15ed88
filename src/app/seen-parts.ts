import { demand, INTERNALS } from '../access/can.ts';
import type { Config } from '../config/config.ts';
import type { CallContext } from '../contract/call-context.ts';
import type { Part } from '../contract/part.ts';
import type { KnownParts } from './known-parts.ts';

/** Whoever asks for health often is answered from what was seen so shortly before, ms. */
const KEPT_MS = 10_000;

/** What is seen on this machine, and what a running server knows besides. */
async function seeAll(config: Config, services: KnownParts): Promise<readonly Part[]> {
  const [{ quietParts }, { knownParts, look }] = await Promise.all([
    import('./quiet-parts.ts'),
    import('./known-parts.ts'),
  ]);
  const known = Promise.all(knownParts(services).map(([name, see]) => look(name, see)));
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
      seen = { at, parts: seeAll(config, known) };
    }
    return seen.parts;
  };
}
