import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build, type Rollup } from 'vite';
import { OWN_MODULES } from '../src/own-module.ts';
import { BUNDLED, licencesOf } from './build/bundled.ts';
import { startGroups } from './build/start-groups.ts';

/**
 * Bundles src, tools, resources and prompts to dist/: one file for what every start needs and one for each part that is
 * loaded when it is first used. Threads and processes keep their files' names.
 */
const root = fileURLToPath(new URL('..', import.meta.url));
const entries = ['main', ...OWN_MODULES];

const output = (await build({
  root,
  configFile: false,
  envDir: false,
  publicDir: false,
  logLevel: 'warn',
  ssr: { target: 'node', noExternal: [...BUNDLED] },
  build: {
    ssr: true,
    outDir: 'dist',
    emptyOutDir: true,
    target: 'node22',
    minify: false,
    reportCompressedSize: false,
    rolldownOptions: {
      input: Object.fromEntries(entries.map((entry) => [`src/${entry}`, `${root}src/${entry}.ts`])),
      output: {
        format: 'es',
        entryFileNames: '[name].js',
        chunkFileNames: 'parts/[name]-[hash].js',
        codeSplitting: {
          includeDependenciesRecursively: false,
          groups: [{ name: startGroups(`${root}src/`), debugName: 'start' }],
        },
      },
      // Loading a command later does not need a file of its own where another command uses it at once.
      checks: { ineffectiveDynamicImport: false },
    },
  },
})) as Rollup.RollupOutput;

const modules = output.output.flatMap((chunk) => (chunk.type === 'chunk' ? Object.keys(chunk.modules) : []));
mkdirSync(`${root}dist`, { recursive: true });
writeFileSync(`${root}dist/third-party-licences.txt`, licencesOf(modules));
