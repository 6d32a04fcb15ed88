import * as z from 'zod';
import { ApiKey, User } from '../../contract/account.ts';
import { AppError } from '../../errors.ts';
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

/** A change that found another one on its way. */
const MOST_ROUNDS = 20;

/** Entries of one kind, checked as they are read. */
export class Kind<T extends object> {
  private readonly registry: Registry;
  private readonly kind: RegistryKind;
  private readonly shape: z.ZodType<T>;

  constructor(registry: Registry, kind: RegistryKind, shape: z.ZodType<T>) {
    this.registry = registry;
    this.kind = kind;
    this.shape = shape;
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

  /** Null where there is none any more. `change` may run several times. */
  async change(id: string, change: (value: T) => T | Promise<T>): Promise<T | null> {
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      const entry = await this.registry.get(this.kind, id);
      if (entry === null) return null;
      const value = await change(this.read(entry));
      if (await this.registry.replace(this.kind, { ...entry, version: entry.version + 1, value })) return value;
    }
    throw new AppError('DB_002', { message: 'The account is changed by too many at once.' });
  }

  /** The same, of one that begins as `initial` where it is not there. */
  async changeOrAdd(
    entry: Omit<RegistryEntry, 'version' | 'value'>,
    initial: () => Promise<T>,
    change: (value: T) => T | Promise<T>,
  ): Promise<T> {
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      const changed = await this.change(entry.id, change);
      if (changed !== null) return changed;
      const value = await change(await initial());
      if (await this.add(entry, value)) return value;
    }
    throw new AppError('DB_002', { message: 'The account is changed by too many at once.' });
  }

  remove(id: string): Promise<boolean> {
    return this.registry.remove(this.kind, id);
  }
}
