import { Command, InvalidArgumentError } from 'commander';
import { printableJson } from '../plain-text.ts';
import { recallOf } from '../vision/models/entry.ts';
import type { Fetched, FetchProgress } from '../vision/models/fetch-model.ts';
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
    .addCommand(verifyCommand(done))
    .addCommand(exportTritonCommand());

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
      const encoders = models.encoders.map((entry) => ({
        name: entry.name,
        title: entry.title,
        licence: entry.licence,
        installed: models.installedEncoder(entry) !== null,
        note: entry.note,
      }));
      if (json) return printLine(printableJson([...rows, ...encoders], 2));
      for (const r of rows) {
        const state = r.selected ? 'in use' : r.installed ? 'installed' : (r.problem ?? 'not installed');
        const mugs = r.recall?.classes.mug;
        const finds = mugs ? `${Math.round(100 * mugs.recall)} % of mugs` : 'not measured';
        printLine(
          `${r.name.padEnd(18)} ${state.padEnd(14)} ${finds.padEnd(13)} ${r.licence.padEnd(12)} ${r.title}${r.opt_in ? ' (only when named)' : ''}`,
        );
      }
      for (const { name, title, licence, installed } of encoders) {
        const state = installed ? 'installed' : 'not installed';
        printLine(`${name.padEnd(18)} ${state.padEnd(14)} ${''.padEnd(13)} ${licence.padEnd(12)} ${title}`);
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
      const encoder = name === undefined ? null : models.encoder(name);
      const entry = name === undefined ? bestToFetch(models) : encoder ? null : models.entry(name);
      const { encoderFiles } = await import('../vision/models/entry.ts');
      const files = entry ? [entry] : encoderFiles(encoder!);
      const { fetchModel } = await import('../vision/models/fetch-model.ts');
      const bar = byteBar(!flags.json);
      const abort = new AbortController();
      const stop = () => abort.abort();
      process.once('SIGINT', stop);
      try {
        const all: Fetched[] = [];
        for (const file of files) {
          const options = {
            ...(flags.from !== undefined && { from: flags.from }),
            acceptLicence: flags.acceptLicence ?? false,
            signal: abort.signal,
            onProgress: ({ doneBytes, totalBytes }: FetchProgress) => bar.update(doneBytes, totalBytes),
          };
          all.push(await fetchModel(file, models.directory, options));
        }
        bar.stop();
        if (flags.json) printLine(printableJson(encoder ? all : all[0], 2));
        else for (const fetched of all) printLine(fetchedText(fetched));
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
      const encoders = models.encoders.filter((entry) => names.length === 0 || names.includes(entry.name));
      const detectors = wanted.filter((name) => models.encoder(name) === null);
      const all = [
        ...(await Promise.all(detectors.map((name) => models.verify(name)))),
        ...(await Promise.all(encoders.map((entry) => models.verifyEncoder(entry)))).flat(),
      ];
      const shown = names.length > 0 ? all : all.filter((v) => v.status !== 'missing');
      if (json) printLine(printableJson(shown, 2));
      else for (const v of shown) printLine(`${v.name.padEnd(18)} ${v.status.padEnd(11)} ${v.path ?? ''}`);
      if (!json && shown.length === 0) printLine('No model is installed: run "h200-mug models fetch".');
      if (shown.length === 0 || shown.some((v) => v.status !== 'ok')) done(1);
    });

function whole(most: number, least = 1) {
  return (text: string): number => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most) {
      throw new InvalidArgumentError(`must be a whole number, ${least} to ${most}`);
    }
    return value;
  };
}

const exportTritonCommand = () =>
  new Command('export-triton')
    .description('write a model repository of NVIDIA Triton with every installed detector')
    .argument('<folder>', 'the repository; what was exported there before is written anew')
    .option('--max-batch <n>', 'most images in one run', whole(1024), 32)
    .option('--queue-delay-us <n>', 'how long a run waits for others, microseconds', whole(1_000_000, 0), 1000)
    .option('--json', 'one JSON document on stdout')
    .action(async (folder: string, flags: { maxBatch: number; queueDelayUs: number; json?: boolean }) => {
      const [models, { readVariables }, { STORAGE }, { exportRepository }] = await Promise.all([
        openStore(),
        import('../config/config.ts'),
        import('../config/storage.ts'),
        import('../vision/export/export-repository.ts'),
      ]);
      const installed = models.entries.flatMap((entry) => models.installed(entry) ?? []);
      const { H200_DATA_DIR } = readVariables({ H200_DATA_DIR: STORAGE.H200_DATA_DIR }, process.env);
      const exported = await exportRepository(installed, folder, { ...flags, dataDir: H200_DATA_DIR });
      if (flags.json) return printLine(printableJson(exported, 2));
      for (const { name, path, batches } of exported) {
        printLine(`${name.padEnd(18)} ${(batches ? 'in batches' : 'one by one').padEnd(14)} ${path}`);
      }
    });

const fetchedText = ({ name, fetched, bytes, sha256, path }: Fetched): string =>
  `${name}: ${fetched ? 'fetched' : 'was there already'}, ${bytes} bytes, sha256 ${sha256}\n${path}`;

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
