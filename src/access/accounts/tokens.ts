import { randomUUID } from 'node:crypto';
import type { JWTPayload } from 'jose';
import { AppError } from '../../errors.ts';
import { fixedKeys, type KeyRing } from './signing-keys.ts';

/** Login tokens are good for a day, those of a browser, which has a cookie to get new ones with, for a quarter of an hour. */
export const TOKEN_S = 24 * 3600;
export const BROWSER_TOKEN_S = 900;
/** A ticket opens one line, soon. */
export const TICKET_S = 30;
/** A token of one issuer is none of the other. */
const LOGINS = 'h200-mug';
const TICKETS = 'h200-mug ticket';
const ALGORITHM = 'HS256';

/** Loaded by the first login: most processes see none. */
const jose = () => import('jose');

export interface TokenClaims {
  readonly userId: string;
  /** Which of the user's tokens it is. */
  readonly tokenId: string;
  /** The user's tokens of an older generation are good no more. */
  readonly generation: number;
  readonly expiresAt: Date;
  /** The browser's login that it belongs to; null: it stands alone. */
  readonly browser: string | null;
}

/** Whose ticket it is, in the words of who made it. */
export interface Ticket {
  readonly id: string;
  readonly holder: unknown;
  readonly expiresAt: Date;
}

/** Signs with the first key; all of them are believed, so that a secret can be replaced without logging everyone out. */
export class Tokens {
  private readonly ring: KeyRing;
  private readonly now: () => Date;

  constructor(secrets: KeyRing | readonly (string | Uint8Array)[], now: () => Date = () => new Date()) {
    this.ring = 'refresh' in secrets ? secrets : fixedKeys(secrets);
    this.now = now;
  }

  sign(userId: string, generation: number, browser: string | null = null): Promise<string> {
    const claims = { sub: userId, gen: generation, ...(browser !== null && { fam: browser }) };
    return this.signed(LOGINS, claims, browser === null ? TOKEN_S : BROWSER_TOKEN_S);
  }

  signTicket(holder: object): Promise<string> {
    return this.signed(TICKETS, { holder }, TICKET_S);
  }

  /** Throws AUTH_002 for one that is too old, AUTH_001 for one that is none. */
  async read(token: string): Promise<TokenClaims> {
    const { sub, jti, exp, gen, fam } = await this.verified(LOGINS, token, ['sub', 'jti', 'exp', 'gen']);
    if (typeof gen !== 'number' || typeof sub !== 'string' || typeof jti !== 'string') throw new AppError('AUTH_001');
    const browser = typeof fam === 'string' ? fam : null;
    return { userId: sub, tokenId: jti, generation: gen, expiresAt: new Date(exp! * 1000), browser };
  }

  /** The same of a ticket. */
  async readTicket(ticket: string): Promise<Ticket> {
    const { jti, exp, holder } = await this.verified(TICKETS, ticket, ['jti', 'exp', 'holder']);
    return { id: String(jti), holder, expiresAt: new Date(exp! * 1000) };
  }

  private async signed(issuer: string, claims: JWTPayload, seconds: number): Promise<string> {
    const { SignJWT } = await jose();
    const at = Math.floor(this.now().getTime() / 1000);
    return new SignJWT(claims)
      .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT' })
      .setIssuer(issuer)
      .setJti(randomUUID())
      .setIssuedAt(at)
      .setExpirationTime(at + seconds)
      .sign(this.ring.keys()[0]!);
  }

  private async verified(issuer: string, token: string, requiredClaims: string[]): Promise<JWTPayload> {
    const claims = await this.verifiedBy(this.ring.keys(), issuer, token, requiredClaims);
    if (claims !== null) return claims;
    // Signed by a secret that another server has read already.
    const others = await this.ring.refresh();
    const later = others ? await this.verifiedBy(this.ring.keys(), issuer, token, requiredClaims) : null;
    if (later !== null) return later;
    throw new AppError('AUTH_001');
  }

  /** Null where none of the keys signed it. */
  private async verifiedBy(
    keys: readonly Uint8Array[],
    issuer: string,
    token: string,
    requiredClaims: string[],
  ): Promise<JWTPayload | null> {
    const { errors, jwtVerify } = await jose();
    const options = { algorithms: [ALGORITHM], issuer, currentDate: this.now(), requiredClaims };
    for (const key of keys) {
      try {
        return (await jwtVerify(token, key, options)).payload;
      } catch (thrown) {
        if (thrown instanceof errors.JWTExpired) throw new AppError('AUTH_002');
        // None of ours, whoever signed it.
        if (!(thrown instanceof errors.JWSSignatureVerificationFailed)) throw new AppError('AUTH_001');
      }
    }
    return null;
  }
}
