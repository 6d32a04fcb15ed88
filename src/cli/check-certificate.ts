import type { Config } from '../config/config.ts';
import { RENEW_DAYS, readCertificateFiles } from '../tls/certificate-files.ts';
import { type Check, failure } from './check.ts';

const DAY_MS = 86_400_000;
const name = 'certificate';

/** Whether the certificate and its key can be used, and for how long. */
export async function checkCertificate(
  { H200_TLS_CERT: certPath, H200_TLS_KEY: keyPath }: Pick<Config, 'H200_TLS_CERT' | 'H200_TLS_KEY'>,
  now = Date.now(),
): Promise<Check[]> {
  if (certPath === undefined && keyPath === undefined) return [];
  if (certPath === undefined || keyPath === undefined) {
    return [{ name, state: 'failed', detail: 'H200_TLS_CERT and H200_TLS_KEY: set both, or none' }];
  }
  try {
    const { subject, names, validFrom, validTo } = await readCertificateFiles(certPath, keyPath);
    const days = Math.floor((validTo.getTime() - now) / DAY_MS);
    const about = `${subject || 'no subject'}${names === null ? '' : ` (${names})`}`;
    if (days < 0) return [{ name, state: 'failed', detail: `${about} ended on ${dayOf(validTo)}. Renew it.` }];
    if (validFrom.getTime() > now) {
      return [{ name, state: 'failed', detail: `${about} is not valid before ${dayOf(validFrom)}.` }];
    }
    const advice = days <= RENEW_DAYS ? ' Renew it before then.' : '';
    return [
      { name, state: 'ok', detail: `${about} is valid until ${dayOf(validTo)}, ${days} days from now.${advice}` },
    ];
  } catch (thrown) {
    return [{ name, state: 'failed', detail: failure(thrown) }];
  }
}

const dayOf = (date: Date) => date.toISOString().slice(0, 10);
