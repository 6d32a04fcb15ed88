import * as z from 'zod';
import { ApiKey, User } from '../../contract/account.ts';
import { AppError } from '../../errors.ts';
import { type OneAfterAnother, turnsOf } from '../../one-after-another.ts';
import type { Registry, RegistryEntry, RegistryKind } from '../../ports/registry.ts';

/** A user with what nobody else sees. */
export const StoredUser = User.extend({
  password_hash: z.string(),
  /** Grows when all tokens of the user end. */
  generation: z.int(),
});
export type StoredUser = z.infer<typeof StoredUser>;

export const StoredKey = ApiKey;
export type StoredKey = z.infer<typeof StoredKey>;

/** Entries of one kind, checked as they are read. */
export class Kind<T extends object> {
  private readonly registry: Registry;
  private readonly kind: RegistryKind;
  private readonly shape: z.ZodType<T>;
  private readonly turns: OneAfterAnother;

  constructor(registry: Registry, kind: RegistryKind, shape: z.ZodType<T>) {
    this.registry = registry;
    this.kind = kind;
    this.shape = shape;
    this.turns = turnsOf(registry);
  }

  read({ value }: RegistryEntry): T {
    const read = this.shape.safeParse(value);
    if (!read.success) throw new AppError('DB_003', { message: 'A stored account is damaged.', cause: read.error });
    return read.data;
  }

  async get(id: string): Promise<T | null> {
    const entry = await this.registry.get(this.kind, id);
    return entry && this.read(entry);
  }

  async find(lookup: string): Promise<T | null> {
    const entry = await this.registry.find(this.kind, lookup);
    return entry && this.read(entry);
  }

  add(entry: Omit<RegistryEntry, 'version' | 'value'>, value: T): Promise<boolean> {
    return this.registry.add(this.kind, { ...entry, version: 1, value });
  }

  /**
   * Null where there is none any more. `change` may run several times; what it returns as it got it is not written. SYSTEM_002,
   * and nothing is changed, where too many change it at once.
   */
  change(id: string, change: (value: T) => T | Promise<T>): Promise<T | null> {
    return this.turns.until(`${this.kind} ${id}`, async () => {
      const done = await this.tryChange(id, change);
      return done === 'again' ? null : { value: done };
    });
  }

  /** The same, of one that begins as `initial` where it is not there. */
  changeOrAdd(
    entry: Omit<RegistryEntry, 'version' | 'value'>,
    initial: () => Promise<T>,
    change: (value: T) => T | Promise<T>,
  ): Promise<T> {
    return this.turns.until(`${this.kind} ${entry.id}`, async () => {
      const done = await this.tryChange(entry.id, change);
      if (done === 'again') return null;
      if (done !== null) return { value: done };
      const value = await change(await initial());
      return (await this.add(entry, value)) ? { value } : null;
    });
  }

  private async tryChange(id: string, change: (value: T) => T | Promise<T>): Promise<T | null | 'again'> {
    const entry = await this.registry.get(this.kind, id);
    if (entry === null) return null;
    const before = this.read(entry);
    const value = await change(before);
    if (value === before) return value;
    const written = await this.registry.replace(this.kind, { ...entry, version: entry.version + 1, value });
    return written ? value : 'again';
  }

  remove(id: string): Promise<boolean> {
    return this.registry.remove(this.kind, id);
  }
}
