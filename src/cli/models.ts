import { Command } from 'commander';
import { printableJson } from '../plain-text.ts';
import { recallOf } from '../vision/models/entry.ts';
import type { FetchProgress } from '../vision/models/fetch-model.ts';
import type { ModelsStore } from '../vision/models/models-store.ts';
import { byteBar } from './progress-bar.ts';
import { print } from './terminal.ts';

interface FetchFlags {
  from?: string;
  acceptLicence?: boolean;
  json?: boolean;
}

async function openStore(): Promise<ModelsStore> {
  const [{ readVariables }, { VISION }, { ModelsStore }] = await Promise.all([
    import('../config/config.ts'),
    import('../config/vision.ts'),
    import('../vision/models/models-store.ts'),
  ]);
  return new ModelsStore(readVariables(VISION, process.env));
}
const printLine = (text: string): void => {
  print(`${text}\n`);
};

export const modelsCommand = (done: (status: number) => void) =>
  new Command('models')
    .description('model files')
    .addCommand(listCommand())
    .addCommand(fetchCommand())
    .addCommand(verifyCommand(done));

const listCommand = () =>
  new Command('list')
    .description('the models of the manifest, best first')
    .option('--json', 'one JSON document on stdout')
    .action(async ({ json }: { json?: boolean }) => {
      const models = await openStore();
      const selected = selectedName(models);
      const rows = models.entries.map((entry) => ({
        name: entry.name,
        title: entry.title,
        licence: entry.licence,
        installed: models.installed(entry) !== null,
        selected: entry.name === selected,
        opt_in: entry.opt_in,
        problem: models.problem(entry),
        note: entry.note,
        default_inference: entry.inference,
        recall: recallOf(entry, entry.inference),
      }));
      if (json) return printLine(printableJson(rows, 2));
      for (const r of rows) {
        const state = r.selected ? 'in use' : r.installed ? 'installed' : (r.problem ?? 'not installed');
        const mugs = r.recall?.classes.mug;
        const finds = mugs ? `${Math.round(100 * mugs.recall)} % of mugs` : 'not measured';
        printLine(
          `${r.name.padEnd(18)} ${state.padEnd(14)} ${finds.padEnd(13)} ${r.licence.padEnd(12)} ${r.title}${r.opt_in ? ' (only when named)' : ''}`,
        );
      }
      if (selected === null) printLine('No model is installed: run "h200-mug models fetch".');
    });

const fetchCommand = () =>
  new Command('fetch')
    .description('download a model, continue an interrupted download, check its sha256')
    .argument('[name]', 'default: the best that needs no licence notice')
    .option('--from <folder|url>', 'a mirror instead of the addresses in the manifest')
    .option('--accept-licence', 'you have read the notice of a model that has one')
    .option('--json', 'one JSON document on stdout')
    .action(async (name: string | undefined, flags: FetchFlags) => {
      const models = await openStore();
      const entry = name === undefined ? bestToFetch(models) : models.entry(name);
      const { fetchModel } = await import('../vision/models/fetch-model.ts');
      const bar = byteBar(!flags.json);
      const abort = new AbortController();
      const stop = () => abort.abort();
      process.once('SIGINT', stop);
      try {
        const fetched = await fetchModel(entry, models.directory, {
          ...(flags.from !== undefined && { from: flags.from }),
          acceptLicence: flags.acceptLicence ?? false,
          signal: abort.signal,
          onProgress: ({ doneBytes, totalBytes }: FetchProgress) => bar.update(doneBytes, totalBytes),
        });
        bar.stop();
        printLine(
          flags.json
            ? printableJson(fetched, 2)
            : `${fetched.name}: ${fetched.fetched ? 'fetched' : 'was there already'}, ${fetched.bytes} bytes, sha256 ${fetched.sha256}\n${fetched.path}`,
        );
      } finally {
        bar.stop();
        process.off('SIGINT', stop);
      }
    });

const verifyCommand = (done: (status: number) => void) =>
  new Command('verify')
    .description('compare the files with the manifest; exit 1 when one is damaged or none is there')
    .argument('[name...]', 'default: every installed model')
    .option('--json', 'one JSON document on stdout')
    .action(async (names: string[], { json }: { json?: boolean }) => {
      const models = await openStore();
      const wanted = names.length > 0 ? names : models.entries.map((e) => e.name);
      const all = await Promise.all(wanted.map((name) => models.verify(name)));
      const shown = names.length > 0 ? all : all.filter((v) => v.status !== 'missing');
      if (json) printLine(printableJson(shown, 2));
      else for (const v of shown) printLine(`${v.name.padEnd(18)} ${v.status.padEnd(11)} ${v.path ?? ''}`);
      if (!json && shown.length === 0) printLine('No model is installed: run "h200-mug models fetch".');
      if (shown.length === 0 || shown.some((v) => v.status !== 'ok')) done(1);
    });

/** The best model that can be fetched without a notice: the embedded one is in the package already. */
function bestToFetch(models: ModelsStore) {
  const free = models.entries.filter((e) => !e.opt_in && e.urls.length > 0);
  return free[0] ?? models.entry('');
}

function selectedName(models: ModelsStore): string | null {
  try {
    return models.select().entry.name;
  } catch {
    return null;
  }
}
