import { randomUUID } from 'node:crypto';
import { AppError } from '../../errors.ts';

/** Login tokens are good for a day. */
export const TOKEN_S = 24 * 3600;
const ISSUER = 'h200-mug';
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
}

/** Signs with the first secret; all of them are believed, so that a secret can be replaced without logging everyone out. */
export class Tokens {
  private readonly secrets: readonly Uint8Array[];
  private readonly now: () => Date;

  constructor(secrets: readonly (string | Uint8Array)[], now: () => Date = () => new Date()) {
    this.secrets = secrets.map((one) => (typeof one === 'string' ? new TextEncoder().encode(one) : one));
    this.now = now;
  }

  async sign(userId: string, generation: number): Promise<string> {
    const { SignJWT } = await jose();
    const seconds = Math.floor(this.now().getTime() / 1000);
    return new SignJWT({ gen: generation })
      .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT' })
      .setIssuer(ISSUER)
      .setSubject(userId)
      .setJti(randomUUID())
      .setIssuedAt(seconds)
      .setExpirationTime(seconds + TOKEN_S)
      .sign(this.secrets[0]!);
  }

  /** Throws AUTH_002 for one that is too old, AUTH_001 for one that is none. */
  async read(token: string): Promise<TokenClaims> {
    const { errors, jwtVerify } = await jose();
    for (const secret of this.secrets) {
      try {
        const { payload } = await jwtVerify(token, secret, {
          algorithms: [ALGORITHM],
          issuer: ISSUER,
          currentDate: this.now(),
          requiredClaims: ['sub', 'jti', 'exp', 'gen'],
        });
        const { sub, jti, exp, gen } = payload;
        if (typeof gen !== 'number' || typeof sub !== 'string' || typeof jti !== 'string') break;
        return { userId: sub, tokenId: jti, generation: gen, expiresAt: new Date(exp! * 1000) };
      } catch (thrown) {
        if (thrown instanceof errors.JWTExpired) throw new AppError('AUTH_002');
        if (!(thrown instanceof errors.JWSSignatureVerificationFailed)) break;
      }
    }
    throw new AppError('AUTH_001');
  }
}
