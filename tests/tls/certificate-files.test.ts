import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { checkCertificate } from '../../src/cli/check-certificate.ts';
import type { AppError } from '../../src/errors.ts';
import type { Certificate } from '../../src/tls/certificate.ts';
import { CertificateFiles } from '../../src/tls/certificate-files.ts';
import { makeCertificate } from './make-certificate.ts';

const DAY_MS = 86_400_000;
const folder = mkdtempSync(join(tmpdir(), 'h200-tls-'));
const certPath = join(folder, 'cert.pem');
const keyPath = join(folder, 'key.pem');
afterAll(() => rmSync(folder, { recursive: true }));

const put = (cert: string, key: string) => {
  writeFileSync(certPath, cert);
  writeFileSync(keyPath, key, { mode: 0o600 });
};
const day = (days: number) => new Date(Date.now() + days * DAY_MS);
let said: string[];
let time: number;
const open = () =>
  CertificateFiles.open({
    certPath,
    keyPath,
    now: () => time,
    told: {
      renewed: () => void said.push('renewed'),
      refused: ({ message }: AppError) => void said.push(message),
      endsSoon: (_one: Certificate) => void said.push('ends soon'),
    },
  });
beforeEach(() => {
  said = [];
  time = Date.now();
  const { cert, key } = makeCertificate();
  put(cert, key);
});

it.each([
  ['no certificate', () => put('hello', makeCertificate().key), 'H200_TLS_CERT'],
  ['no key', () => put(makeCertificate().cert, 'hello'), 'key'],
  ['the key of another', () => put(makeCertificate().cert, makeCertificate().key), 'does not belong'],
  ['a key that others may change', () => chmodSync(keyPath, 0o666), 'H200_TLS_KEY: The file may be changed by others'],
  ['nothing there', () => rmSync(certPath), 'H200_TLS_CERT: The file does not exist'],
])('%s: no start, with the reason', async (_name, spoil, reason) => {
  spoil();
  await expect(open()).rejects.toMatchObject({ code: 'TLS_001', message: expect.stringContaining(reason) });
  chmodSync(keyPath, 0o600);
});

it('a renewed pair is taken, one that is half there is not, and the old one goes on', async () => {
  const files = await open();
  const heard: Certificate[] = [];
  files.onRenewal((one) => heard.push(one));
  const [old, fresh] = [files.current, makeCertificate({ name: 'renewed' })];
  writeFileSync(certPath, fresh.cert);
  await files.look();
  // It may be on its way.
  expect([files.current, said]).toEqual([old, []]);
  writeFileSync(keyPath, fresh.key);
  await files.look();
  expect(files.current.cert.trim()).toBe(fresh.cert.trim());
  expect([heard.length, said]).toEqual([1, ['renewed']]);
  files.close();
});

it.each([
  ['broken', () => ({ ...makeCertificate(), cert: 'hello' }), /no PEM file/],
  ['ended', () => makeCertificate({ from: day(-30), to: day(-1) }), /not valid now/],
  ['to come', () => makeCertificate({ from: day(1), to: day(30) }), /not valid now/],
])('a new pair that is %s is said once, and the old one goes on', async (_name, make, words) => {
  const files = await open();
  const { current } = files;
  const { cert, key } = make();
  put(cert, key);
  for (let n = 0; n < 4; n += 1) await files.look();
  expect([files.current, said]).toEqual([current, [expect.stringMatching(words)]]);
  files.close();
});

it('says once a day that it ends soon, and doctor says it too', async () => {
  const { cert, key } = makeCertificate({ to: day(20) });
  put(cert, key);
  const files = await open();
  time += 10 * DAY_MS;
  await files.look();
  await files.look();
  time += DAY_MS;
  await files.look();
  expect(said).toEqual(['ends soon', 'ends soon']);
  files.close();
  const config = { H200_TLS_CERT: certPath, H200_TLS_KEY: keyPath };
  const check = async (at: Date) => (await checkCertificate(config, at.getTime()))[0];
  expect(await check(day(0))).toMatchObject({
    state: 'ok',
    detail: expect.stringMatching(/localhost.*(19|20) days from now\.$/),
  });
  expect(await check(day(15))).toMatchObject({ state: 'ok', detail: expect.stringContaining('Renew it before then') });
  expect(await check(day(21))).toMatchObject({ state: 'failed', detail: expect.stringContaining('ended on') });
  expect(await checkCertificate({ H200_TLS_CERT: certPath, H200_TLS_KEY: undefined })).toMatchObject([
    { state: 'failed' },
  ]);
  expect(await checkCertificate({ H200_TLS_CERT: undefined, H200_TLS_KEY: undefined })).toEqual([]);
});
