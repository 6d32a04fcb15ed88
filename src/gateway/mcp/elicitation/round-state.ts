import { randomBytes } from 'node:crypto';
import { createRequestStateCodec, type RequestStateCodec } from '@modelcontextprotocol/server';
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
const codecs = new WeakMap<Keyed, RequestStateCodec<RoundState>>();

/** One codec for a surface: its key does not change between two rounds. */
export function roundStates(surface: Keyed): RequestStateCodec<RoundState> {
  let codec = codecs.get(surface);
  if (codec === undefined) {
    codec = createRequestStateCodec<RoundState>({
      key: surface.stateKey ?? randomBytes(32),
      ttlSeconds: TTL_SECONDS,
      bind: (ctx) => `${ctx.mcpReq.method}\0${ctx.http?.authInfo?.clientId ?? ''}`,
    });
    codecs.set(surface, codec);
  }
  return codec;
}
