import { X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { AppError } from '../errors.ts';

/** A certificate with its key, both PEM, that fit each other. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
  readonly subject: string;
  /** Names and addresses that it is for. */
  readonly names: string | null;
  readonly validFrom: Date;
  readonly validTo: Date;
}

/** Checks a certificate (its chain behind it) and its key against each other. Throws TLS_001; the key is never told. */
export function readCertificate(cert: string, key: string): Certificate {
  let x509: X509Certificate;
  try {
    x509 = new X509Certificate(cert);
  } catch (cause) {
    throw unusable('The certificate is no PEM file that can be read.', cause);
  }
  try {
    // Its protocol version is the server's.
    createSecureContext({ cert, key });
  } catch (cause) {
    const { code } = cause as { code?: string };
    throw unusable(
      code === 'ERR_OSSL_X509_KEY_VALUES_MISMATCH'
        ? 'The key does not belong to the certificate.'
        : 'The key, or a further certificate of the chain, cannot be read; a key must have no passphrase.',
      cause,
    );
  }
  return {
    cert,
    key,
    subject: x509.subject?.split('\n').at(-1) ?? '',
    names: x509.subjectAltName ?? null,
    validFrom: x509.validFromDate,
    validTo: x509.validToDate,
  };
}

const unusable = (message: string, cause: unknown) => new AppError('TLS_001', { message, cause });
