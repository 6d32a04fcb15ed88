import { createHash } from 'node:crypto';
import type { Config } from '../../config/config.ts';
import type { Image } from '../../image/image.ts';
import { ownModule } from '../../own-module.ts';
import type { Embedder, EmbeddingSpace, NoEmbedding } from '../../ports/embedder.ts';
import { type ResizedImage, resizeImage } from '../detect/resized-image.ts';
import { acceptedFiles } from '../models/entry.ts';
import type { ModelEntry } from '../models/manifest.ts';
import type { InstalledModel } from '../models/models-store.ts';
import { ModelRunner, type RunnerConfig, type RunnerDeps } from '../runtime/model-runner.ts';
import type { FeatureConfig } from './embedding-task.ts';

export interface EmbedderDeps extends RunnerDeps {
  readonly config: RunnerConfig & Pick<Config, 'H200_MODELS_DIR' | 'H200_MODEL'>;
}

/** Pictures are embedded behind the answers: one at a time is enough. */
export const inBackground = <D extends RunnerDeps>(deps: D): D => ({
  ...deps,
  background: true,
  config: { ...deps.config, H200_WORKERS: 1 },
});

/** What our own detector's graph says of a whole picture, besides its boxes. */
export class FeatureEmbedder implements Embedder {
  private readonly entry: ModelEntry & { readonly embedding: NonNullable<ModelEntry['embedding']> };
  private readonly runner: ModelRunner<ResizedImage, Float32Array>;

  constructor({ entry, path }: InstalledModel, deps: EmbedderDeps) {
    if (entry.embedding === null) throw new TypeError(`${entry.name} has no embedding`);
    this.entry = { ...entry, embedding: entry.embedding };
    const { output, dimensions, centre } = entry.embedding;
    this.runner = new ModelRunner(
      {
        task: ownModule('vision/embed/embedding-task'),
        config: { input: entry.input, output, dimensions, centre } satisfies FeatureConfig,
        model: { name: entry.name, file: entry.file, path, sha256: acceptedFiles(entry).map((f) => f.sha256) },
      },
      inBackground(deps),
    );
  }

  space(): EmbeddingSpace {
    const { name, sha256, embedding } = this.entry;
    const how = createHash('sha256')
      .update(JSON.stringify([sha256, embedding.output, embedding.centre]))
      .digest('hex');
    return {
      name: `${name}-${how.slice(0, 12)}`,
      dimensions: embedding.dimensions,
      sameDesk: embedding.same_desk,
    };
  }

  async ofImage(image: Pick<Image, 'bytes' | 'width' | 'height'>, signal?: AbortSignal) {
    const prepare = async (until: AbortSignal) => [await resizeImage(image, this.entry.input, until)];
    const [vector] = await this.runner.run(1, prepare, { signal });
    return { space: this.space().name, vector: vector! };
  }

  async ofText(): Promise<NoEmbedding> {
    return { reason: 'the embedded model knows pictures only; words need CLIP (h200-mug models fetch clip)' };
  }

  close(): Promise<void> {
    return this.runner.close();
  }
}
