import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Stack } from './stack.ts';

const TEMPLATE = 'deploy/proxy/default.conf.template';

/** The template of the proxy's image with values in place of the names; a name without a value is an error. */
export function filledTemplate(template: string, values: Readonly<Record<string, string>>): string {
  return template.replaceAll(/^(?!\s*#).*$/gm, (line) =>
    line.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => {
      const value = values[name];
      if (value === undefined) throw new Error(`${TEMPLATE}: no value for ${name}`);
      return value;
    }),
  );
}

/** nginx's whole configuration for one machine; answers its file. Grafana is asked for where it listens by itself. */
export function writeProxyConfig({ root, folder, ports }: Pick<Stack, 'root' | 'folder' | 'ports'>): string {
  const own = join(folder, 'nginx');
  mkdirSync(own, { recursive: true, mode: 0o700 });
  const server = filledTemplate(readFileSync(join(root, TEMPLATE), 'utf8'), {
    PROXY_LISTEN: `127.0.0.1:${ports.proxy}`,
    PROXY_RESOLVER: '127.0.0.1',
    PROXY_PROGRAM: `127.0.0.1:${ports.api}`,
    PROXY_GRAFANA: '127.0.0.1:3001',
  });
  const kinds = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const text = `daemon off;
worker_processes 1;
pid ${own}/pid;
error_log stderr warn;
events { worker_connections 1024; }
http {
access_log off;
${kinds.map((kind) => `${kind}_temp_path ${own}/${kind};`).join('\n')}
${server}}
`;
  const file = join(own, 'nginx.conf');
  writeFileSync(file, text, { mode: 0o600 });
  return file;
}
