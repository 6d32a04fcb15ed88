import { readFile } from 'node:fs/promises';
import { LRUCache } from 'lru-cache';
import { AppError } from '../../../errors.ts';
import type { Image } from '../../../image/image.ts';
import { type OwnModule, ownModule } from '../../../own-module.ts';
import type { Embedder, Embedding, EmbeddingSpace } from '../../../ports/embedder.ts';
import { sha256OfBytes } from '../../models/hash.ts';
import type { EncoderEntry } from '../../models/manifest.ts';
import { ModelRunner } from '../../runtime/model-runner.ts';
import { type EmbedderDeps, inBackground } from '../feature-embedder.ts';
import { middleOf } from './pixels.ts';
import { createTokenizer, mergesOf, type Tokenizer } from './tokenizer.ts';

/** Texts whose vectors are kept, 2 kB each: they never change. */
const TEXTS = 4096;

/** Pictures and words in one space. Nothing is loaded before it is asked for, and each half only then. */
export class ClipEmbedder implements Embedder {
  private readonly entry: EncoderEntry;
  private readonly images: ModelRunner<Uint8Array, Float32Array>;
  private readonly texts: ModelRunner<Int32Array, Float32Array>;
  private readonly tokenizerPath: string;
  private tokenizer: Promise<Tokenizer> | null = null;
  private readonly known = new LRUCache<string, Float32Array>({ max: TEXTS });

  /** `paths` in the order of `encoderFiles`. */
  constructor(entry: EncoderEntry, paths: readonly string[], deps: EmbedderDeps) {
    this.entry = entry;
    const [image = '', text = '', tokenizer = ''] = paths;
    const runner = <Input>(task: OwnModule, { file, sha256 }: EncoderEntry['image'], path: string) =>
      new ModelRunner<Input, Float32Array>(
        {
          task: ownModule(task),
          config: { dimensions: entry.dimensions },
          model: { name: entry.name, file, path, sha256: [sha256] },
        },
        inBackground(deps),
      );
    this.images = runner('vision/embed/clip/image-task', entry.image, image);
    this.texts = runner('vision/embed/clip/text-task', entry.text, text);
    this.tokenizerPath = tokenizer;
  }

  space(): EmbeddingSpace {
    const { name, image, text, dimensions, same_desk: sameDesk } = this.entry;
    return { name: `${name}-${image.sha256.slice(0, 8)}-${text.sha256.slice(0, 8)}`, dimensions, sameDesk };
  }

  async ofImage(image: Pick<Image, 'bytes' | 'width' | 'height'>, signal?: AbortSignal): Promise<Embedding> {
    const prepare = async (until: AbortSignal) => [await middleOf(image, until)];
    const [vector] = await this.images.run(1, prepare, { signal });
    return { space: this.space().name, vector: vector! };
  }

  async ofText(text: string, signal?: AbortSignal): Promise<Embedding> {
    const space = this.space().name;
    const before = this.known.get(text);
    if (before) return { space, vector: before };
    const [vector] = await this.texts.run(1, async () => [(await this.tokens()).encode(text)], { signal });
    this.known.set(text, vector!);
    return { space, vector: vector! };
  }

  async close(): Promise<void> {
    await Promise.all([this.images.close(), this.texts.close()]);
  }

  private tokens(): Promise<Tokenizer> {
    this.tokenizer ??= this.readTokenizer().catch((thrown: unknown) => {
      this.tokenizer = null;
      throw thrown;
    });
    return this.tokenizer;
  }

  private async readTokenizer(): Promise<Tokenizer> {
    const { name, tokenizer } = this.entry;
    const details = { model: name, file: tokenizer.file };
    const bytes = await readFile(this.tokenizerPath).catch((cause: unknown) => {
      throw new AppError('ANALYSIS_001', { message: 'The tokenizer file cannot be read.', details, cause });
    });
    if (sha256OfBytes(bytes) !== tokenizer.sha256) throw new AppError('ANALYSIS_007', { details });
    return createTokenizer(mergesOf(JSON.parse(bytes.toString())));
  }
}
