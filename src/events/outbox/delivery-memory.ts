import * as z from 'zod';
import { TargetStatus } from '../../contract/notification.ts';
import type { Registry, RegistryEntry } from '../../ports/registry.ts';

const KIND = 'delivery_state';
/** While all goes well it is written this often at most, ms. */
const EVERY_MS = 5000;

const Remembered = z.object({
  last_success_at: TargetStatus.shape.last_success_at,
  last_error: TargetStatus.shape.last_error,
});
export type Remembered = z.infer<typeof Remembered>;

const NOTHING: Remembered = { last_success_at: null, last_error: null };

/** What this process and the others know, together. */
export function latest(own: Remembered, stored: Remembered): Remembered {
  const ownError = own.last_error?.at ?? '';
  return {
    last_success_at:
      (stored.last_success_at ?? '') > (own.last_success_at ?? '') ? stored.last_success_at : own.last_success_at,
    last_error: (stored.last_error?.at ?? '') > ownError ? stored.last_error : own.last_error,
  };
}

/** How the last tries at one target came out, for who asks from another process and after a crash. Never throws. */
export class DeliveryMemory {
  private readonly registry: Registry;
  private readonly target: TargetStatus['target'];
  private writing: Promise<void> = Promise.resolve();
  private wroteAt = Number.NEGATIVE_INFINITY;
  private next: Partial<Remembered> | null = null;

  constructor(registry: Registry, target: TargetStatus['target']) {
    this.registry = registry;
    this.target = target;
  }

  async read(): Promise<Remembered> {
    const entry = await this.registry.get(KIND, this.target).catch(() => null);
    return Remembered.safeParse(entry?.value).data ?? NOTHING;
  }

  /** A failure, and the first success behind one, are written at once. */
  note(state: Partial<Remembered>, isNews: boolean): void {
    this.next = { ...this.next, ...state };
    if (isNews || performance.now() - this.wroteAt >= EVERY_MS) this.write();
  }

  /** What was noted last is in the store, or the store gave no answer. */
  async close(): Promise<void> {
    await this.writing;
    if (this.next !== null) this.write();
    await this.writing;
  }

  private write(): void {
    this.writing = this.writing.then(async () => {
      const { next } = this;
      if (next === null) return;
      this.next = null;
      this.wroteAt = performance.now();
      await this.put(next).catch(() => undefined);
    });
  }

  private async put(given: Partial<Remembered>): Promise<void> {
    const before = await this.registry.get(KIND, this.target);
    const known = Remembered.safeParse(before?.value).data ?? NOTHING;
    const entry: RegistryEntry = {
      id: this.target,
      lookup: null,
      owner: 'system',
      created_at: before?.created_at ?? new Date().toISOString(),
      expires_at: null,
      version: (before?.version ?? 0) + 1,
      value: { ...known, ...given } satisfies Remembered,
    };
    if (before === null) await this.registry.add(KIND, entry);
    else await this.registry.replace(KIND, entry);
  }
}
