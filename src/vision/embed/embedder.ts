import { AppError } from '../../errors.ts';
import type { Embedder, NoEmbedding } from '../../ports/embedder.ts';
import { DESK_DETECTOR, ModelsStore } from '../models/models-store.ts';
import { ClipEmbedder } from './clip/clip-embedder.ts';
import { type EmbedderDeps, FeatureEmbedder } from './feature-embedder.ts';

/** What embeds now is decided per call, so that a model fetched meanwhile is used without a restart. */
export function createEmbedder(deps: EmbedderDeps & { readonly store?: ModelsStore }): Embedder {
  const store = deps.store ?? new ModelsStore(deps.config);
  let current: { readonly key: string; readonly embedder: Embedder } | null = null;

  function open(): { key: string; make: () => Embedder } | NoEmbedding {
    // One that knows words as well goes first.
    for (const entry of store.encoders) {
      const paths = store.installedEncoder(entry);
      if (paths !== null) return { key: paths.join(' '), make: () => new ClipEmbedder(entry, paths, deps) };
    }
    const desk = store.entries.find(({ name, embedding }) => name === DESK_DETECTOR && embedding !== null);
    const installed = desk === undefined ? null : store.installed(desk);
    if (installed === null) return { reason: 'no model that embeds pictures is installed' };
    return { key: installed.path, make: () => new FeatureEmbedder(installed, deps) };
  }

  function use(): Embedder | NoEmbedding {
    const found = open();
    if ('reason' in found) return found;
    if (current?.key !== found.key) {
      const old = current?.embedder;
      current = { key: found.key, embedder: found.make() };
      old?.close().catch((err: unknown) => deps.log.warn({ err }, 'old model did not close'));
    }
    return current.embedder;
  }

  return {
    space() {
      const embedder = use();
      return 'reason' in embedder ? embedder : embedder.space();
    },
    async ofImage(image, signal) {
      const embedder = use();
      if ('reason' in embedder)
        throw new AppError('ANALYSIS_001', { message: `No picture can be embedded: ${embedder.reason}.` });
      return embedder.ofImage(image, signal);
    },
    async ofText(text, signal) {
      const embedder = use();
      return 'reason' in embedder ? embedder : embedder.ofText(text, signal);
    },
    async close() {
      await current?.embedder.close();
    },
  };
}
