import type { Principal } from '../../../contract/principal.ts';
import type { Transport } from '../transports/transport.ts';

/** Of one connection, or of one modern HTTP request. */
export interface CreateOptions {
  readonly era: 'legacy' | 'modern';
  readonly transport: Transport;
  readonly principal: Principal;
}
