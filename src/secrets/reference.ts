import { fileURLToPath } from 'node:url';
import { AppError } from '../errors.ts';

interface Picked {
  /** Of the JSON object that the secret is, this text; null: the secret as a whole. */
  readonly key: string | null;
}

export interface FileReference extends Picked {
  readonly kind: 'file';
  readonly path: string;
}

export interface ManagedReference extends Picked {
  readonly kind: 'gsm';
  readonly project: string;
  readonly name: string;
  /** A number, an alias, or `latest`. */
  readonly version: string;
}

/** Where a secret is, in place of the secret itself. */
export type SecretReference = FileReference | ManagedReference;

const SCHEME = /^(gsm|file):/i;
const MANAGED = /^gsm:\/\/([a-z0-9][a-z0-9.:-]{0,99})\/([a-z0-9_-]{1,255})(?:\/([a-z0-9_-]{1,63}))?(?:#(.+))?$/i;

/** Whether a value says where the secret is. */
export const isReference = (value: string): boolean => SCHEME.test(value.trim());

/** Reads `gsm://project/name[/version][#key]` and `file:///path[#key]`. Throws SECRET_002. */
export function parseReference(given: string): SecretReference {
  const text = given.trim();
  const [, project, name, version = 'latest', key] = MANAGED.exec(text) ?? [];
  if (project !== undefined && name !== undefined) {
    return { kind: 'gsm', project, name, version, key: key === undefined ? null : decoded(key) };
  }
  const url = /^file:\/\//i.test(text) ? URL.parse(text) : null;
  if (url === null || url.search !== '') throw wrong();
  const { hash } = url;
  url.hash = '';
  try {
    return { kind: 'file', path: fileURLToPath(url), key: hash.length > 1 ? decoded(hash.slice(1)) : null };
  } catch {
    // Of another machine, or with an encoded slash.
    throw wrong();
  }
}

/** A reference in the form that it is written in, which tells no secret. */
export function describeReference(reference: SecretReference): string {
  const key = reference.key === null ? '' : `#${reference.key}`;
  if (reference.kind === 'file') return `file ${reference.path}${key}`;
  return `gsm://${reference.project}/${reference.name}/${reference.version}${key}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const wrong = () => new AppError('SECRET_002');
