import { demand, INTERNALS } from '../access/can.ts';
import type { Config } from '../config/config.ts';
import type { CallContext } from '../contract/call-context.ts';
import type { Part } from '../contract/part.ts';

/** Whoever asks for health often is answered from what was seen so shortly before, ms. */
const KEPT_MS = 10_000;

/** `Services.parts`. */
export function seenParts(config: Config, now: () => Date): (ctx: CallContext) => Promise<readonly Part[]> {
  let seen: { readonly at: number; readonly parts: Promise<readonly Part[]> } | null = null;
  return async ({ principal }) => {
    demand(principal, INTERNALS.faults);
    const at = now().getTime();
    if (seen === null || Math.abs(at - seen.at) > KEPT_MS) {
      seen = { at, parts: import('./quiet-parts.ts').then(({ quietParts }) => quietParts(config)) };
    }
    return seen.parts;
  };
}
