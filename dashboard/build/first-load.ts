import { gzipSync } from 'node:zlib';
import type { Plugin, Rollup } from 'vite';

/** Of script, before the first page shows: what the issue allows. */
const MOST_KB = 200;
/** What is loaded at once besides the entry: the texts and the first page. */
const FIRST = [/\/locales\/en\/first\.ts$/, /\/pages\/overview\/OverviewPage\.vue$/];

/** Prints what the first page loads, compressed; the build fails where that is too much. */
export function firstLoad(): Plugin {
  return {
    name: 'first-load',
    apply: 'build',
    writeBundle(_options, bundle) {
      const chunks = Object.values(bundle).filter((one): one is Rollup.OutputChunk => one.type === 'chunk');
      const wanted = chunks.filter(
        ({ isEntry, facadeModuleId }) => isEntry || FIRST.some((file) => file.test(facadeModuleId ?? '')),
      );
      const files = new Set<string>();
      const add = (name: string): void => {
        if (files.has(name)) return;
        files.add(name);
        for (const next of chunks.find(({ fileName }) => fileName === name)?.imports ?? []) add(next);
      };
      for (const { fileName } of wanted) add(fileName);
      const bytes = chunks
        .filter(({ fileName }) => files.has(fileName))
        .reduce((sum, { code }) => sum + gzipSync(code, { level: 9 }).length, 0);
      const kb = bytes / 1000;
      this.info(`first load: ${kb.toFixed(1)} kB of script, compressed, in ${files.size} files`);
      if (kb > MOST_KB)
        this.error(`the first load is ${kb.toFixed(1)} kB of compressed script; ${MOST_KB} are allowed`);
    },
  };
}
