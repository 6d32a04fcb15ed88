import { createHash } from 'node:crypto';

/** One name per server and database, the same in every process and without its user and password. */
export function storeName(uri: string): string {
  const [, hosts = '', database = ''] = /^mongodb(?:\+srv)?:\/\/(?:[^/]*@)?([^/?]*)\/?([^?]*)/i.exec(uri) ?? [];
  const where = `${hosts.toLowerCase().split(',').toSorted().join(',')}/${database}`;
  return createHash('sha256').update(where).digest('hex').slice(0, 12);
}
