import type { Scaled, Scaling } from './scale-here.ts';

/** To the decoder, one at a time. */
export interface DecodeRequest {
  readonly bytes: Uint8Array;
  readonly scaling: Scaling;
}

/** Its answer to each: pixels, or the message of a VALIDATION_005. */
export type DecodeReply = ({ readonly ok: true } & Scaled) | { readonly ok: false; readonly message: string };
