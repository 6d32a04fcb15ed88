import { randomBytes } from 'node:crypto';
import { createRequestStateCodec, type RequestStateCodec, type ServerContext } from '@modelcontextprotocol/server';
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

export const TTL_SECONDS = 600;
/** What signs a surface's rounds. */
export type Keyed = { readonly stateKeys?: () => readonly Uint8Array[] };
const randomKeys = new WeakMap<Keyed, readonly Uint8Array[]>();

/** State of one caller's call is nothing to another caller. The key of a surface does not change between two rounds. */
export const roundStates = (surface: Keyed, principal: Principal): RequestStateCodec<RoundState> =>
  sealedStates(surface, (ctx) => `${ctx.mcpReq.method}\0${principal.kind}\0${principal.id}`);

/** What a client carries from one round to the next, signed, believed for TTL_SECONDS and only where `bind` says the same again. */
export function sealedStates<T>(surface: Keyed, bind: (ctx: ServerContext) => string): RequestStateCodec<T> {
  const codecs = keysOf(surface).map((key) => createRequestStateCodec<T>({ key, ttlSeconds: TTL_SECONDS, bind }));
  return {
    mint: (payload, ctx) => codecs[0]!.mint(payload, ctx),
    async verify(state, ctx) {
      for (const codec of codecs.slice(0, -1)) {
        try {
          return await codec.verify(state, ctx);
        } catch {
          // Perhaps of a key before.
        }
      }
      return codecs.at(-1)!.verify(state, ctx);
    },
  };
}

function keysOf(surface: Keyed): readonly Uint8Array[] {
  const keys = surface.stateKeys?.() ?? randomKeys.get(surface) ?? [randomBytes(32)];
  if (surface.stateKeys === undefined) randomKeys.set(surface, keys);
  return keys;
}
