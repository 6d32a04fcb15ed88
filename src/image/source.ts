import { AppError } from '../errors.ts';
import { badBase64, LOOSE_BASE64, percentDecoded } from './base64.ts';
import { sniff } from './magic.ts';

/** The kinds of source that a caller may name. */
export type Source =
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'file-url'; readonly url: string }
  | { readonly kind: 'web'; readonly url: string }
  | { readonly kind: 'data-url'; readonly base64: string }
  | { readonly kind: 'base64'; readonly base64: string }
  | { readonly kind: 'handle'; readonly id: string };

const HANDLE = /^ana_[A-Za-z0-9_-]{1,64}$/;
const SCHEME = /^([a-z][a-z0-9+.-]+):/i;
/** Either alphabet, in lines or not, for text that does not begin as an image: prose fails by its spaces. */
const BASE64 = /^[A-Za-z0-9+/_\r\n-]+={0,2}$/;
/** Shorter than the smallest JPEG, PNG or WebP in base64: such a text is a path. */
const SHORTEST_BASE64 = 48;
/** No file system takes longer paths. */
export const LONGEST_PATH = 4096;
const LONGEST_HEAD = 256;

/** Tells the kinds apart by form alone; nothing is opened here. */
export function parseSource(source: string): Source {
  const text = source.trim();
  if (text === '') throw new AppError('VALIDATION_001', { message: 'The image source is empty.' });
  if (HANDLE.test(text)) return { kind: 'handle', id: text };
  if (/^data:/i.test(text.slice(0, 5))) return dataUrl(text);
  const scheme = SCHEME.exec(text.slice(0, 40))?.[1]?.toLowerCase();
  if (scheme === 'file') return { kind: 'file-url', url: text };
  if (scheme === 'https' || scheme === 'http') return { kind: 'web', url: text };
  if (scheme !== undefined && text.startsWith('://', scheme.length)) {
    throw new AppError('VALIDATION_007', { message: 'Only file, https and data addresses can be read.' });
  }
  if (looksLikeBase64(text)) return { kind: 'base64', base64: text };
  if (text.length > LONGEST_PATH) {
    throw new AppError('VALIDATION_006', { message: 'The source is neither a path nor valid base64 of an image.' });
  }
  return { kind: 'path', path: text };
}

/** Base64 of an image by its first bytes (`/9j/…` could be a path too), or any base64 that is too long for a path. */
function looksLikeBase64(text: string): boolean {
  if (text.length < SHORTEST_BASE64) return false;
  const head = Buffer.from(percentDecoded(text.slice(0, 96)), 'base64');
  return sniff(head) !== null ? LOOSE_BASE64.test(text) : text.length > LONGEST_PATH && BASE64.test(text);
}

function dataUrl(text: string): Source {
  const comma = /,|%2c/i.exec(text.slice(0, LONGEST_HEAD));
  if (comma === null) throw badBase64(`there is no comma in its first ${LONGEST_HEAD} characters.`);
  const head = percentDecoded(text.slice(0, comma.index));
  if (!/;\s*base64\s*$/i.test(head)) throw badBase64('";base64" does not stand before its comma.');
  return { kind: 'data-url', base64: text.slice(comma.index + comma[0].length) };
}
