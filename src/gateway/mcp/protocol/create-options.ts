import type { Principal } from '../../../contract/principal.ts';
import type { Door } from '../transports/door.ts';

/** Of one connection, or of one modern HTTP request. */
export interface CreateOptions {
  readonly era: 'legacy' | 'modern';
  readonly door: Door;
  readonly principal: Principal;
}
