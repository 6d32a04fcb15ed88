import type { KeyObject } from 'node:crypto';

/** For ES256. */
export interface CardKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  /** As the public learns it. */
  readonly publicJwk: Readonly<Record<string, string>>;
}

export interface CardKeys {
  /** The first signs; the others are published still. At least one. */
  keys(): Promise<readonly CardKey[]>;
}
