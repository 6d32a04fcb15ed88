import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Plugin } from 'vite';

interface Licence {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  readonly text: string;
}

/** Writes `licences.json`: the packages whose code or styles are in the page, with the texts of their licences. */
export function licences(): Plugin {
  return {
    name: 'licences',
    apply: 'build',
    generateBundle(_options, bundle) {
      const folders = new Set<string>();
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== 'chunk') continue;
        for (const id of Object.keys(chunk.modules)) {
          const folder = packageOf(id);
          if (folder !== null) folders.add(folder);
        }
      }
      for (const name of ['tailwindcss', '@iconify-json/lucide'])
        folders.add(join(import.meta.dirname, '..', 'node_modules', name));
      const found = [...folders].map(licenceOf).filter((one) => one !== null);
      const unique = new Map(found.map((one) => [`${one.name}@${one.version}`, one]));
      const source = JSON.stringify([...unique.values()].sort((a, b) => (a.name < b.name ? -1 : 1)));
      this.emitFile({ type: 'asset', fileName: 'licences.json', source });
    },
  };
}

/** Folder of the package that a module is of; null: of none. */
function packageOf(id: string): string | null {
  const path = id.replace(/^\0/, '').split('?')[0] ?? '';
  if (!path.includes('/node_modules/')) return null;
  for (let folder = dirname(path); !folder.endsWith('/node_modules'); folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json')) && 'name' in read(folder) && 'version' in read(folder)) return folder;
  }
  return null;
}

function read(folder: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<string, unknown>;
}

function licenceOf(folder: string): Licence | null {
  const { name, version, license } = read(folder);
  if (typeof name !== 'string' || typeof version !== 'string') return null;
  const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
  return {
    name,
    version,
    licence: typeof license === 'string' ? license : 'see the text',
    text: file === undefined ? '' : readFileSync(join(folder, file), 'utf8').trim(),
  };
}
