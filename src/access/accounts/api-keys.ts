import { createHash, randomBytes } from 'node:crypto';
import type { ApiKey } from '../../contract/account.ts';
import type { Page, PageRequest } from '../../contract/page.ts';
import type { Permission } from '../../contract/principal.ts';
import { AppError } from '../../errors.ts';
import type { Registry } from '../../ports/registry.ts';
import { Counted } from './counted.ts';
import { Kind, StoredKey } from './stored.ts';

/** Tells keys from login tokens, and lets scanners of leaked secrets know them. */
const PREFIX = 'h200_';
/** When a key was last used is written down this often at most, ms. */
const USED_EVERY_MS = 5 * 60_000;
const MOST_OF_ONE_OWNER = 100;

export const isApiKey = (credential: string): boolean => credential.startsWith(PREFIX);

/** Keys are stored as hashes: 32 random bytes need no slow one. */
export class ApiKeys {
  private readonly registry: Registry;
  private readonly stored: Kind<StoredKey>;
  private readonly now: () => Date;
  private readonly newId: () => string;

  constructor(registry: Registry, now: () => Date, newId: () => string) {
    this.registry = registry;
    this.stored = new Kind(registry, 'api_key', StoredKey);
    this.now = now;
    this.newId = newId;
  }

  get = (id: string): Promise<ApiKey | null> => this.stored.get(id);

  /** AUTH_001 for one that is none or was removed, AUTH_002 for one that has expired. */
  async use(key: string): Promise<ApiKey> {
    const found = await this.stored.find(digest(key));
    if (found === null) throw new AppError('AUTH_001');
    const now = this.now();
    this.refuseExpired(found);
    const isDue = ({ last_used_at: last }: ApiKey) => last === null || now.getTime() - Date.parse(last) > USED_EVERY_MS;
    if (isDue(found)) {
      const used = (one: StoredKey) => (isDue(one) ? { ...one, last_used_at: now.toISOString() } : one);
      // Nobody waits for it, and nobody is refused for it.
      void this.stored.change(found.key_id, used).catch(() => null);
    }
    return found;
  }

  /** The same of its id. */
  async usable(id: string): Promise<ApiKey> {
    const found = await this.stored.get(id);
    if (found === null) throw new AppError('AUTH_001');
    this.refuseExpired(found);
    return found;
  }

  private refuseExpired({ expires_at }: ApiKey): void {
    if (expires_at === null || expires_at > this.now().toISOString()) return;
    throw new AppError('AUTH_002', { message: 'The API key has expired.', advice: 'Make a new one.' });
  }

  /** Newest first; null: of all owners. */
  async page(owner: string | null, page: PageRequest): Promise<Page<ApiKey>> {
    const { items, ...rest } = await this.registry.list('api_key', owner, page);
    return { ...rest, items: items.map((entry) => this.stored.read(entry)) };
  }

  count = (owner: string | null): Promise<number> => this.registry.count('api_key', owner);

  async create(
    owner: string,
    { name, permissions, days }: { name: string; permissions: readonly Permission[]; days: number | undefined },
  ): Promise<ApiKey & { readonly key: string }> {
    const id = this.newId();
    const counted = this.countedOf(owner);
    if (!(await counted.join(id, MOST_OF_ONE_OWNER))) {
      throw new AppError('AUTH_007', {
        message: `One user has at most ${MOST_OF_ONE_OWNER} keys.`,
        advice: 'Remove old keys first.',
      });
    }
    const key = `${PREFIX}${randomBytes(32).toString('base64url')}`;
    const now = this.now();
    const created_at = now.toISOString();
    const expires_at = days === undefined ? null : new Date(now.getTime() + days * 86_400_000).toISOString();
    const made: ApiKey = {
      key_id: id,
      name,
      owner,
      permissions: [...permissions],
      created_at,
      expires_at,
      last_used_at: null,
    };
    try {
      await this.stored.add({ id, lookup: digest(key), owner, created_at, expires_at: null }, made);
    } catch (thrown) {
      // It may be there all the same, and nobody would know its secret.
      await this.remove(made).catch(() => null);
      throw thrown;
    }
    await counted.settle(id).catch(() => null);
    return { ...made, key };
  }

  async remove({ key_id, owner }: Pick<ApiKey, 'key_id' | 'owner'>): Promise<boolean> {
    const removed = await this.stored.remove(key_id);
    const counted = this.countedOf(owner);
    // What is gone is gone: a list that still has it is put right when it matters.
    await counted
      .leave(key_id)
      .then(() => counted.settle(key_id))
      .catch(() => null);
    return removed;
  }

  async removeAllOf(owner: string): Promise<void> {
    for (const id of await this.idsOf(owner)) await this.stored.remove(id);
    await this.registry.remove('counted', countedId(owner));
  }

  private countedOf(owner: string): Counted {
    const { registry, now } = this;
    return new Counted({ registry, now, id: countedId(owner), owner, actual: () => this.idsOf(owner) });
  }

  private async idsOf(owner: string): Promise<string[]> {
    const ids: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: Page<ApiKey> = await this.page(owner, { limit: MOST_OF_ONE_OWNER, ...(cursor && { cursor }) });
      ids.push(...page.items.map(({ key_id }) => key_id));
      cursor = page.nextCursor;
    }
    return ids;
  }
}

const countedId = (owner: string) => `keys of ${owner}`;

const digest = (key: string) => createHash('sha256').update(key).digest('hex');
