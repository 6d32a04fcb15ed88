import type { Config } from '../config/config.ts';
import { shortText } from '../plain-text.ts';
import { fetchModel } from '../vision/models/fetch-model.ts';
import type { ModelEntry } from '../vision/models/manifest.ts';
import { ModelsStore } from '../vision/models/models-store.ts';
import { byteBar } from './progress-bar.ts';
import { tellLine } from './terminal.ts';

/** How long the first byte may take, ms: without a network everything goes on after it. */
const FIRST_BYTE_MS = 3000;
/** How long the whole may take, ms; `models fetch` goes on from there. */
const WHOLE_MS = 120_000;

export interface OfferOptions {
  readonly offline: boolean;
  readonly signal?: AbortSignal;
  readonly tell?: (line: string) => void;
}

/** The stronger model that would be used if it were here; null: it is, or another was chosen. */
export function strongerModel(models: ModelsStore, named: string | undefined): ModelEntry | null {
  if (named !== undefined) return null;
  const best = models.entries.find(({ opt_in, urls, notice }) => !opt_in && urls.length > 0 && notice === null);
  const installed = models.entries.filter((entry) => !entry.opt_in && models.installed(entry) !== null);
  return best && installed.every(({ rank }) => rank > best.rank) ? best : null;
}

/**
 * For commands of a person alone, which say what they do: fetches the model that finds more than the embedded one, unless
 * `offline`. Without a network it gives up within three seconds and says how to fetch it later. Never throws for a download.
 */
export async function offerModel(
  config: Pick<Config, 'H200_MODELS_DIR' | 'H200_MODEL'>,
  { offline, signal, tell = tellLine }: OfferOptions,
): Promise<'there' | 'fetched' | 'not fetched' | 'no answer'> {
  const models = new ModelsStore(config);
  const entry = strongerModel(models, config.H200_MODEL);
  if (!entry) return 'there';
  const size = entry.bytes === null ? '' : `, ${(entry.bytes / 1_000_000).toFixed(1)} MB`;
  const what = `${entry.title} (${entry.licence}${size})`;
  if (offline) {
    tell(`A stronger model is not fetched (--offline): ${what}. "h200-mug models fetch" fetches it.`);
    return 'not fetched';
  }
  const hosts = [...new Set(entry.urls.map((url) => new URL(url).host))].join(', ');
  tell(`Fetching a stronger model, once: ${what} from ${hosts}, checked by its sha256. --offline leaves it out.`);
  const late = new AbortController();
  const first = setTimeout(() => late.abort(), FIRST_BYTE_MS);
  const whole = setTimeout(() => late.abort(), WHOLE_MS);
  const bar = byteBar(true);
  try {
    const { path } = await fetchModel(entry, models.directory, {
      signal: signal ? AbortSignal.any([signal, late.signal]) : late.signal,
      onProgress: ({ doneBytes, totalBytes }) => {
        clearTimeout(first);
        bar.update(doneBytes, totalBytes);
      },
    });
    bar.stop();
    tell(`Fetched: ${path}`);
    return 'fetched';
  } catch (cause) {
    bar.stop();
    const why = late.signal.aborted ? 'no answer in time' : shortText((cause as Error).message, 200);
    tell(`Not fetched (${why}): the small embedded model is used. "h200-mug models fetch" tries again.`);
    return late.signal.aborted ? 'no answer' : 'not fetched';
  } finally {
    clearTimeout(first);
    clearTimeout(whole);
  }
}

/** Ends the process though a name is still being looked up, which the system does on a thread that nobody can stop. */
export function endAnyway(): void {
  setTimeout(() => process.exit(), 500).unref();
}
