import { DeliveryError, SEND_MS } from '../outbox/target.ts';

/** Why a certificate was not accepted, by the codes of OpenSSL and Node. */
const CERTIFICATE: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'an authority of its own signed it',
  UNABLE_TO_GET_ISSUER_CERT: 'its authority is unknown',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its authority is unknown',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its authority is unknown',
  CERT_UNTRUSTED: 'its authority is not trusted',
  CERT_HAS_EXPIRED: 'it has expired',
  CERT_NOT_YET_VALID: 'it is not valid yet',
  CERT_REVOKED: 'it was revoked',
  ERR_TLS_CERT_ALTNAME_INVALID: 'it is for another name than SMTP_HOST',
};
/** What an authority that is told to Node would mend. */
const OF_AUTHORITY = /SELF_SIGNED|ISSUER|LEAF_SIGNATURE|UNTRUSTED/;

const UNREACHED: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refused the connection: nothing listens on SMTP_PORT there (ECONNREFUSED)',
  EHOSTUNREACH: 'could not be reached: there is no way to its network (EHOSTUNREACH)',
  ENETUNREACH: 'could not be reached: there is no way to its network (ENETUNREACH)',
  ECONNRESET: 'broke off the connection (ECONNRESET)',
  EPIPE: 'broke off the connection (EPIPE)',
};

/** In our own words: the server's may hold addresses and names. */
export function smtpError(thrown: unknown): DeliveryError {
  if (thrown instanceof DeliveryError) return thrown;
  const error = (thrown ?? {}) as Record<string, unknown>;
  const status = typeof error.responseCode === 'number' ? error.responseCode : null;
  const code = codeOf(error.code) ?? 'unknown';
  const message = typeof error.message === 'string' ? error.message : '';
  const original = codeOf(error.originalCode) ?? codeOf((error.cause as { code?: unknown } | undefined)?.code);
  const retry = (reason: string) => new DeliveryError(`the mail server ${reason}`, { cause: thrown });

  if (code === 'EAUTH') {
    if (status === null)
      return retry('offers no login that is known here, or SMTP_USERNAME or SMTP_PASSWORD is missing');
    return retry(`refuses the login (${status}): see SMTP_USERNAME and SMTP_PASSWORD`);
  }
  const untrusted = certificateFault(original ?? code, message);
  if (untrusted !== null) return retry(untrusted);
  if (/^ERR_SSL_|^EPROTO$/.test(original ?? code) || /wrong version number|packet length too long/i.test(message)) {
    return retry(
      'does not speak TLS on SMTP_PORT as expected: 465 is TLS from the first byte, any other port STARTTLS',
    );
  }
  if (code === 'ETLS' || error.command === 'STARTTLS') {
    return retry('offers no STARTTLS, or it failed; nothing is sent without TLS');
  }
  if (code === 'EDNS' || /^E(?:NOTFOUND|AI_AGAIN)$/.test(original ?? code))
    return retry('cannot be found: see SMTP_HOST');
  if (code === 'ETIMEDOUT' || original === 'ETIMEDOUT') return retry(`gave no answer within ${SEND_MS / 1000} s`);
  if (status === null) {
    const known = UNREACHED[original ?? code];
    if (known !== undefined) return retry(known);
    if (/closed/i.test(message)) return retry(`broke off the connection (${original ?? code})`);
    return retry(`could not be reached (${original ?? code})`);
  }
  const isFinal = status >= 550 && status < 560 && code !== 'ECONNECTION';
  return new DeliveryError(`the mail server answered ${status}`, { isFinal });
}

/** Null: it is something else. */
function certificateFault(code: string, message: string): string | null {
  const isOne =
    code in CERTIFICATE ||
    /self[- ]signed certificate|unable to (?:verify|get) .*(?:certificate|issuer)/i.test(message);
  if (!isOne) return null;
  const why = CERTIFICATE[code] ?? 'its authority is unknown';
  const way =
    OF_AUTHORITY.test(code) || !(code in CERTIFICATE)
      ? '; start with NODE_EXTRA_CA_CERTS=cert.pem to trust it (docs/notifications.md)'
      : '';
  return `was reached, but its certificate is not accepted: ${why} (${code})${way}`;
}

const codeOf = (value: unknown): string | null =>
  typeof value === 'string' && /^[A-Z0-9_]{2,50}$/.test(value) ? value : null;
