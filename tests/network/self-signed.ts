import { generateKeyPairSync, sign } from 'node:crypto';

/** DER of one value: tag, length, content. */
function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const n = content.length;
  const length = n < 128 ? [n] : n < 256 ? [0x81, n] : [0x82, n >> 8, n & 255];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

/** A fresh self-signed certificate for these names (PEM), so that no key lies in the repository. */
export function selfSigned(names: readonly string[]): { cert: string; key: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const ecdsaSha256 = der(0x30, Buffer.from('06082a8648ce3d040302', 'hex'));
  const name = der(0x30, der(0x31, der(0x30, Buffer.from('0603550403', 'hex'), der(0x0c, Buffer.from('test')))));
  const time = (ms: number) => der(0x18, Buffer.from(new Date(ms).toISOString().replace(/[-:T]|\.\d+/g, '')));
  const alternatives = der(0x30, ...names.map((n) => der(0x82, Buffer.from(n))));
  const extensions = der(
    0xa3,
    der(
      0x30,
      der(0x30, Buffer.from('0603551d11', 'hex'), der(0x04, alternatives)),
      der(
        0x30,
        Buffer.from('0603551d13', 'hex'),
        Buffer.from('0101ff', 'hex'),
        der(0x04, Buffer.from('30030101ff', 'hex')),
      ),
    ),
  );
  const body = der(
    0x30,
    der(0xa0, Buffer.from('020102', 'hex')),
    Buffer.from('02020539', 'hex'),
    ecdsaSha256,
    name,
    der(0x30, time(Date.now() - 86_400_000), time(Date.now() + 86_400_000)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    extensions,
  );
  const signature = sign('sha256', body, privateKey);
  const certificate = der(0x30, body, ecdsaSha256, der(0x03, Buffer.from([0]), signature));
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? [];
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}
