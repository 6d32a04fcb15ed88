import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Packages whose code goes into the build, since a start reads hundreds of small files otherwise. All others are loaded from
 * node_modules: what is native, starts threads of its own or finds files beside itself, and what few starts need.
 */
export const BUNDLED = [
  '@modelcontextprotocol/core',
  '@modelcontextprotocol/server',
  '@opentelemetry/api',
  '@pinojs/redact',
  'atomic-sleep',
  'bintrees',
  'cli-progress',
  'commander',
  'fastify-type-provider-zod',
  'ipaddr.js',
  'lru-cache',
  'on-exit-leak-free',
  'pino',
  'pino-abstract-transport',
  'pino-std-serializers',
  'process-warning',
  'prom-client',
  'quick-format-unescaped',
  'real-require',
  'safe-stable-stringify',
  'sonic-boom',
  'string-width',
  'tdigest',
  'thread-stream',
  'zod',
] as const;

const PACKAGE = /^(.*[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+))[\\/]/;

/** The licences of the packages that `modules` (files) come from, for what is shipped with their code inside. */
export function licencesOf(modules: readonly string[]): string {
  const folders = new Map<string, string>();
  for (const file of modules) {
    const [, folder, name] = PACKAGE.exec(file) ?? [];
    if (folder !== undefined && name !== undefined) folders.set(name.replaceAll('\\', '/'), folder);
  }
  const texts = [...folders].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, folder]) => licenceOf(name, folder));
  return `The files of this folder contain code of these packages.\n\n${texts.join('\n')}`;
}

function licenceOf(name: string, folder: string): string {
  const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
  const text = file === undefined ? '' : readFileSync(join(folder, file), 'utf8').trim();
  return `== ${name} ${version} (${license})\n\n${text}\n`;
}
