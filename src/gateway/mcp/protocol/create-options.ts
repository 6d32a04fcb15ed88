import type { Principal } from '../../../contract/principal.ts';
import type { Transport } from '../transports/transport.ts';
import type { RunningRequests } from './running-requests.ts';

/** Of one connection, or of one modern HTTP request. */
export interface CreateOptions {
  readonly era: 'legacy' | 'modern';
  readonly transport: Transport;
  readonly principal: Principal;
  /** Where it comes from; absent on stdio, where there is one client. */
  readonly client?: string;
  /** Where requests are counted that a stop of the server must answer. */
  readonly running?: RunningRequests;
}
