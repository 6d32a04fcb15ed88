import { AppError, toAppError } from '../errors.ts';
import { readSecretFile } from '../secrets/secret-file.ts';
import { type Certificate, readCertificate } from './certificate.ts';

/** Renewed files are seen after this at the latest, ms. */
const LOOK_EVERY_MS = 60_000;
const DAY_MS = 86_400_000;
/** Days before its end from which on it is said that a certificate ends. */
export const RENEW_DAYS = 14;

export interface CertificateTold {
  renewed(certificate: Certificate): void;
  /** What the files hold now is no use; the one before goes on. Told once for each state of the files. */
  refused(error: AppError): void;
  /** Once a day. */
  endsSoon(certificate: Certificate): void;
}

/** Reads both files. Throws TLS_001 that names the variable. */
export async function readCertificateFiles(certPath: string, keyPath: string): Promise<Certificate> {
  const [cert, key] = await Promise.all([
    // What it holds is public: whoever may change it decides nothing without the key.
    pem('H200_TLS_CERT', () => readSecretFile(certPath, { open: true })),
    pem('H200_TLS_KEY', () => readSecretFile(keyPath)),
  ]);
  try {
    return readCertificate(cert, key);
  } catch (thrown) {
    throw named('H200_TLS_CERT and H200_TLS_KEY', thrown);
  }
}

async function pem(variable: string, read: () => Promise<string>): Promise<string> {
  try {
    return await read();
  } catch (thrown) {
    throw named(variable, thrown);
  }
}

function named(variable: string, thrown: unknown): AppError {
  const { message, advice, cause } = toAppError(thrown);
  return new AppError('TLS_001', { message: `${variable}: ${message}`, advice, details: { variable }, cause });
}

/**
 * The certificate of two files, read again from time to time. A new pair is taken only when it is whole: key and certificate
 * fit, and it is valid now. They are replaced one after the other, so a pair that does not fit is looked at again before it is said.
 */
export class CertificateFiles {
  private readonly certPath: string;
  private readonly keyPath: string;
  private readonly told: CertificateTold;
  private readonly now: () => number;
  private readonly timer: NodeJS.Timeout;
  private readonly listeners = new Set<(certificate: Certificate) => void>();
  /** What was said of the files, and whether it was seen twice. */
  private complaint: { readonly text: string; said: boolean } | null = null;
  private warnedAt = Number.NEGATIVE_INFINITY;
  current: Certificate;

  private constructor(
    first: Certificate,
    { certPath, keyPath, told, now = Date.now, everyMs = LOOK_EVERY_MS }: CertificateFilesOptions,
  ) {
    this.current = first;
    this.certPath = certPath;
    this.keyPath = keyPath;
    this.told = told;
    this.now = now;
    this.timer = setInterval(() => void this.look(), everyMs).unref();
    this.warn();
  }

  /** Throws TLS_001. */
  static async open(options: CertificateFilesOptions): Promise<CertificateFiles> {
    return new CertificateFiles(await readCertificateFiles(options.certPath, options.keyPath), options);
  }

  onRenewal(listener: (certificate: Certificate) => void): void {
    this.listeners.add(listener);
  }

  close(): void {
    clearInterval(this.timer);
  }

  /** Never throws. */
  async look(): Promise<void> {
    try {
      const found = await readCertificateFiles(this.certPath, this.keyPath);
      if (found.cert !== this.current.cert || found.key !== this.current.key) this.take(found);
      this.complaint = null;
    } catch (thrown) {
      this.complain(toAppError(thrown));
    }
    this.warn();
  }

  private take(found: Certificate): void {
    const now = this.now();
    if (found.validTo.getTime() <= now || found.validFrom.getTime() > now) {
      throw new AppError('TLS_001', { message: 'H200_TLS_CERT: The new certificate is not valid now.' });
    }
    this.current = found;
    this.warnedAt = Number.NEGATIVE_INFINITY;
    for (const listener of this.listeners) listener(found);
    this.told.renewed(found);
  }

  private complain(error: AppError): void {
    if (this.complaint?.text !== error.message) {
      this.complaint = { text: error.message, said: false };
      return;
    }
    if (this.complaint.said) return;
    this.complaint.said = true;
    this.told.refused(error);
  }

  private warn(): void {
    const now = this.now();
    if (this.current.validTo.getTime() - now > RENEW_DAYS * DAY_MS || now - this.warnedAt < DAY_MS) return;
    this.warnedAt = now;
    this.told.endsSoon(this.current);
  }
}

export interface CertificateFilesOptions {
  readonly certPath: string;
  readonly keyPath: string;
  readonly told: CertificateTold;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  readonly everyMs?: number;
}
