/** OWASP's first choice for argon2id: 19 MiB, two passes. */
const ARGON2ID = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** Loaded by the first login: most processes see none. */
const argon2 = () => import('@node-rs/argon2');

/** A PHC string. */
export async function hashPassword(password: string): Promise<string> {
  return (await argon2()).hash(password.normalize('NFKC'), ARGON2ID);
}

/** False for a wrong one and for a hash that is none. */
export async function isPassword(hashed: string, password: string): Promise<boolean> {
  const { verify } = await argon2();
  return verify(hashed, password.normalize('NFKC')).catch(() => false);
}
