import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Config } from '../config/config.ts';
import type { Part } from '../contract/part.ts';
import { PACKAGE_ROOT } from '../version.ts';
import { ModelsStore } from '../vision/models/models-store.ts';
import { lookAtAll } from './known-parts.ts';
import { readPeers } from './open-peers.ts';
import { openClockRecord } from './open-stores.ts';

const GB = 1e9;
/** Below either, a photo or a record may not fit any more. */
const LEAST_BYTES = GB / 2;
const LEAST_SHARE = 0.05;

/**
 * The parts whose state is seen from here: nothing is written, nobody outside is asked, no model runs. What a trial alone can
 * tell is the doctor's.
 */
export async function quietParts(config: Config): Promise<Part[]> {
  const looks: readonly (readonly [string, () => Part | Promise<Part>])[] = [
    ['disk space', () => diskSpace(config.H200_DATA_DIR)],
    ['clock', () => clock(config)],
    ['dashboard', () => dashboard()],
    ['words in searches', () => wordsInSearches(config)],
    ['language model', () => languageModel(config)],
    ['peers', () => peers(config)],
    ['metrics port', () => metricsPort(config)],
    ['traces', () => traces(config)],
  ];
  return lookAtAll(looks);
}

export async function diskSpace(folder: string, read: typeof statfs = statfs): Promise<Part> {
  const name = 'disk space';
  const { bavail, blocks, bsize } = await read(folder);
  const [free, all] = [bavail * bsize, blocks * bsize];
  const share = all === 0 ? 0 : free / all;
  const detail = `${(free / GB).toFixed(1)} of ${(all / GB).toFixed(1)} GB are free for the data folder`;
  if (free >= LEAST_BYTES && share >= LEAST_SHARE) return { name, state: 'ok', detail };
  return { name, state: 'failed', detail: `${detail}. Free some, or set H200_RETENTION_DAYS, or R2_ENDPOINT_URL.` };
}

async function clock(config: Config): Promise<Part> {
  const name = 'clock';
  const doubted = (await openClockRecord(config).read())?.doubted_since ?? null;
  if (doubted === null) return { name, state: 'ok', detail: 'has not leapt as far as is known' };
  const detail = `leapt ahead on ${doubted}: nothing is deleted by age for a day. Set it right where it is wrong (timedatectl).`;
  return { name, state: 'failed', detail };
}

function dashboard(): Part {
  const name = 'dashboard';
  return existsSync(fileURLToPath(new URL('dashboard/dist/index.html', PACKAGE_ROOT)))
    ? { name, state: 'ok', detail: 'is built: "h200-mug serve" shows it at /' }
    : { name, state: 'off', detail: 'is not built: "npm run dashboard:build" builds it' };
}

function wordsInSearches(config: Config): Part {
  const name = 'words in searches';
  const store = new ModelsStore(config);
  const there = store.encoders.find((entry) => store.installedEncoder(entry) !== null);
  return there === undefined
    ? {
        name,
        state: 'off',
        detail: 'are read as filters: "h200-mug models fetch clip" installs what compares them with pictures',
      }
    : { name, state: 'ok', detail: `are compared with pictures by ${there.name}` };
}

function languageModel({ OPENAI_API_KEY: key, OPENAI_BASE_URL: url, OPENAI_MODEL: model }: Config): Part {
  const name = 'language model';
  return key === undefined && url === undefined
    ? {
        name,
        state: 'off',
        detail: 'sentences are read by the grammar alone: OPENAI_API_KEY and OPENAI_BASE_URL are unset',
      }
    : { name, state: 'ok', detail: `${model} of ${url ?? 'OpenAI'} is asked where the grammar does not understand` };
}

function peers(config: Config): Part {
  const name = 'peers';
  const all = readPeers(config);
  return all.length === 0
    ? { name, state: 'off', detail: 'nothing is handed to other agents: H200_PEERS is unset' }
    : { name, state: 'ok', detail: all.map((one) => one.name).join(', ') };
}

function metricsPort({ H200_METRICS_PORT: port, H200_METRICS_HOST: host }: Config): Part {
  const name = 'metrics port';
  return port === undefined
    ? { name, state: 'off', detail: 'H200_METRICS_PORT is unset: /metrics of the main port asks for the token' }
    : { name, state: 'ok', detail: `${host}, port ${port}` };
}

function traces({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_TRACES_SAMPLER_ARG: share }: Config): Part {
  const name = 'traces';
  return endpoint === undefined
    ? { name, state: 'off', detail: 'are not recorded: OTEL_EXPORTER_OTLP_ENDPOINT is unset' }
    : { name, state: 'ok', detail: `go to ${endpoint}, ${Math.round(100 * share)} % of those that begin here` };
}
