import { createHash } from 'node:crypto';

/** The same for the same person and the same thing: owner, analysis, object, rule. */
export function feedbackId(...parts: readonly (string | null)[]): string {
  return `fb_${createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 22)}`;
}
