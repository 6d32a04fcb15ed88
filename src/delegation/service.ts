import type { CallContext } from '../contract/call-context.ts';
import type { Delegation, DelegationRequest, Peer } from '../contract/delegation.ts';
import type { Page, PageRequest } from '../contract/page.ts';

/** Questions, photos and analyses that are handed to agents of others. A caller sees its own. */
export interface DelegationService {
  /** Those that are configured; which server they are is not told. */
  peers(ctx: CallContext): Promise<readonly Peer[]>;
  /**
   * Hands it over and answers at once; `waitMs`: later, when it is over sooner. Throws DELEGATION_002 (loop, or handed on too
   * often), DELEGATION_003 (no such peer or skill), DELEGATION_005 (budget), ANALYSIS_008, and what reading an image throws.
   */
  start(ctx: CallContext, request: DelegationRequest, options?: { readonly waitMs?: number }): Promise<Delegation>;
  /** Throws DELEGATION_001. */
  get(ctx: CallContext, id: string): Promise<Delegation>;
  /** Newest first. */
  list(ctx: CallContext, page: PageRequest): Promise<Page<Delegation>>;
  /** The peer is asked to stop; what is over stays as it is. */
  cancel(ctx: CallContext, id: string): Promise<Delegation>;
}
