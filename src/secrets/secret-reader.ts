import { LRUCache } from 'lru-cache';
import type { ManagedReference, SecretReference } from './reference.ts';
import { readSecretFile } from './secret-file.ts';
import { SecretManager, type SecretManagerOptions } from './secret-manager.ts';
import { pickKey } from './secret-text.ts';

/** A secret of Secret Manager is asked for again after this, ms. Files are read each time. */
const FRESH_MS = 300_000;
const MOST_KEPT = 100;

/** Reads secrets where references say that they are. */
export class SecretReader {
  readonly manager: SecretManager;
  private readonly kept: LRUCache<string, Promise<string>>;

  constructor(options: SecretManagerOptions & { readonly freshMs?: number } = {}) {
    this.manager = new SecretManager(options);
    this.kept = new LRUCache({ max: MOST_KEPT, ttl: options.freshMs ?? FRESH_MS, perf: performance });
  }

  /** Throws SECRET_001. `fresh`: what is remembered does not do. */
  async read(reference: SecretReference, { fresh = false } = {}): Promise<string> {
    const text =
      reference.kind === 'file' ? await readSecretFile(reference.path) : await this.managed(reference, fresh);
    return reference.key === null ? text : pickKey(text, reference.key);
  }

  close(): Promise<void> {
    return this.manager.close();
  }

  /** Many keys of one secret are one request. What failed is not remembered. */
  private managed(reference: ManagedReference, fresh: boolean): Promise<string> {
    const id = `${reference.project}/${reference.name}/${reference.version}`;
    const known = fresh ? undefined : this.kept.get(id);
    if (known !== undefined) return known;
    const asked = this.manager.read(reference);
    this.kept.set(id, asked);
    asked.catch(() => {
      if (this.kept.peek(id) === asked) this.kept.delete(id);
    });
    return asked;
  }
}
