import type { Config } from '../config/config.ts';
import { ConfigError } from '../config/config-error.ts';
import { LOCAL } from '../contract/principal.ts';
import type { Services } from '../services.ts';
import type { CertificateFiles } from '../tls/certificate-files.ts';

/** The certificate that the configuration names; undefined: none. Throws ConfigError for half of it, TLS_001 for an unusable one. */
export async function openCertificate(
  { H200_TLS_CERT: certPath, H200_TLS_KEY: keyPath }: Config,
  { log, metrics, accounts }: Pick<Services, 'log' | 'metrics' | 'accounts'>,
): Promise<CertificateFiles | undefined> {
  if (certPath === undefined && keyPath === undefined) return undefined;
  if (certPath === undefined || keyPath === undefined) {
    throw new ConfigError(['H200_TLS_CERT and H200_TLS_KEY: set both, or none']);
  }
  const { CertificateFiles } = await import('../tls/certificate-files.ts');
  const files = await CertificateFiles.open({
    certPath,
    keyPath,
    told: {
      renewed: ({ validTo }) => {
        const valid_to = validTo.toISOString();
        log.info({ valid_to }, 'the certificate was renewed');
        accounts
          .record({ principal: LOCAL }, 'configuration_change', 'H200_TLS_CERT', { what: 'certificate', valid_to })
          .catch((err: unknown) => log.error({ err }, 'a new certificate is missing in the audit log'));
      },
      refused: ({ message }) => log.error(`${message} The certificate that was read before is used on.`),
      endsSoon: ({ validTo }) => log.warn({ valid_to: validTo.toISOString() }, 'the certificate ends soon: renew it'),
    },
  });
  metrics.observeCertificate(() => files.current.validTo.getTime() / 1000);
  return files;
}
