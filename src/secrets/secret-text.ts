import { isUtf8 } from 'node:buffer';
import { AppError } from '../errors.ts';

/** What Secret Manager takes. */
export const MAX_SECRET_BYTES = 64 * 1024;

/** The bytes of a secret as text, without the line break that editors put at the end. Throws SECRET_001. */
export function secretText(bytes: Uint8Array): string {
  const text = isUtf8(bytes)
    ? Buffer.from(bytes)
        .toString('utf8')
        .replace(/\r?\n$/, '')
    : '\0';
  if (text.includes('\0')) throw unusable('It holds other things than text.');
  if (text.trim() === '') throw unusable('It is empty.');
  return text;
}

/** One text of a secret that is a JSON object. Throws SECRET_001; what the secret holds is not told. */
export function pickKey(text: string, key: string): string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw unusable('It is no JSON, but one key of it is asked for.');
  }
  const holds = typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) && Object.hasOwn(parsed, key);
  const value = holds ? (parsed as Record<string, unknown>)[key] : undefined;
  if (value === undefined) throw unusable(`It is no JSON object with the key ${JSON.stringify(key.slice(0, 100))}.`);
  if (typeof value !== 'string' || value.trim() === '') {
    throw unusable(`Its key ${JSON.stringify(key.slice(0, 100))} is no text.`);
  }
  return value;
}

const unusable = (message: string) =>
  new AppError('SECRET_001', { message, advice: 'Correct the secret, or what names it.' });
