import type { CallContext } from '../contract/call-context.ts';
import { LOCAL } from '../contract/principal.ts';

/** Who uses the command line. */
export const call: CallContext = { principal: LOCAL };
