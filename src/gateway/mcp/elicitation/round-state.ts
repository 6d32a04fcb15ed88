import { randomBytes } from 'node:crypto';
import { createRequestStateCodec, type RequestStateCodec } from '@modelcontextprotocol/server';
import type { Principal } from '../../../contract/principal.ts';
import type { ModelAnswer } from '../../../language/llm/prompted.ts';

/**
 * What a call has learned before it asks again: a modern client sends only its last answers with each round. Signed and
 * tied to the caller; holds nothing that the client did not send itself, and everything in it is checked again.
 */
export interface RoundState {
  /** The sentence that the call began with: state of another call is not used. */
  readonly text: string;
  /** The sentence that it has come to, and after how many questions. */
  readonly sentence: string;
  readonly question: number;
  /** What the client's model said to that sentence. */
  readonly reading?: ModelAnswer;
}

const TTL_SECONDS = 600;
/** What signs a surface's rounds. */
type Keyed = { readonly stateKey?: string };
const keys = new WeakMap<Keyed, string | Uint8Array>();

/** State of one caller's call is nothing to another caller. The key of a surface does not change between two rounds. */
export function roundStates(surface: Keyed, principal: Principal): RequestStateCodec<RoundState> {
  const key = keys.get(surface) ?? surface.stateKey ?? randomBytes(32);
  keys.set(surface, key);
  return createRequestStateCodec<RoundState>({
    key,
    ttlSeconds: TTL_SECONDS,
    bind: (ctx) => `${ctx.mcpReq.method}\0${principal.kind}\0${principal.id}`,
  });
}
