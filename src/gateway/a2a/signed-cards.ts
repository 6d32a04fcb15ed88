import { createHash } from 'node:crypto';
import { AgentCard, generateAgentCardSignature } from '@a2a-js/sdk';
import canonicalize from 'canonicalize';
import { FlattenedSign } from 'jose';
import { LRUCache } from 'lru-cache';
import type { CardKeys } from '../../ports/card-keys.ts';
import { type CardJson, KEYS_PATH, withLegacyMembers } from './agent-card.ts';

export interface SignedCard {
  readonly json: CardJson;
  /** Of the card without its signatures, which are others each time. */
  readonly etag: string;
}

/** Cards for so many origins and callers are kept. */
const MOST = 200;

/** Signs cards; the same card with the same key once. */
export class SignedCards {
  private readonly keys: CardKeys;
  private readonly signed = new LRUCache<string, SignedCard>({ max: MOST });

  constructor(keys: CardKeys) {
    this.keys = keys;
  }

  async jwks(): Promise<{ keys: readonly object[] }> {
    return { keys: (await this.keys.keys()).map(({ publicJwk }) => publicJwk) };
  }

  async sign(json: CardJson, origin: string): Promise<SignedCard> {
    const [key] = await this.keys.keys();
    const text = `${key!.kid} ${JSON.stringify(json)}`;
    const known = this.signed.get(text);
    if (known !== undefined) return known;
    const head = { alg: 'ES256', kid: key!.kid, typ: 'JOSE', jku: `${origin}${KEYS_PATH}` };
    const sign = generateAgentCardSignature(key!.privateKey, head);
    // The SDK's own form of a card loses the security schemes where it is made canonical, so that either needs a signature.
    const ofWire = await sign(json as unknown as AgentCard);
    const ofInstance = await sign(AgentCard.fromJSON(json));
    // Who reads the served text by the letter (RFC 8785) keeps empty objects, which the SDKs drop.
    const signText = (served: CardJson) =>
      new FlattenedSign(Buffer.from(canonicalize(served)!)).setProtectedHeader(head).sign(key!.privateKey);
    const ofText = await signText(json);
    const ofLegacyText = await signText(withLegacyMembers(json));
    const signatures = [...ofWire.signatures, ...ofInstance.signatures, ofText, ofLegacyText].map(
      ({ protected: protectedHead = '', signature }) => ({ protected: protectedHead, signature }),
    );
    const etag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`;
    const made = { json: { ...json, signatures }, etag };
    this.signed.set(text, made);
    return made;
  }
}
