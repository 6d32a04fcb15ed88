import type { User } from '../../contract/account.ts';
import type { Role } from '../../contract/principal.ts';
import { AppError } from '../../errors.ts';
import type { Registry } from '../../ports/registry.ts';
import { hashPassword } from './passwords.ts';
import { Kind, StoredUser } from './stored.ts';

const PAGE = 100;

/** People by id and by name; names are the same in capitals and small letters. */
export class Users {
  private readonly registry: Registry;
  private readonly stored: Kind<StoredUser>;
  private readonly now: () => Date;
  private readonly newId: () => string;

  constructor(registry: Registry, now: () => Date, newId: () => string) {
    this.registry = registry;
    this.stored = new Kind(registry, 'user', StoredUser);
    this.now = now;
    this.newId = newId;
  }

  get = (id: string): Promise<StoredUser | null> => this.stored.get(id);
  named = (username: string): Promise<StoredUser | null> => this.stored.find(username.toLowerCase());
  change = (id: string, change: (user: StoredUser) => StoredUser | Promise<StoredUser>) =>
    this.stored.change(id, change);
  remove = (id: string): Promise<boolean> => this.stored.remove(id);

  async any(): Promise<boolean> {
    return (await this.registry.list('user', null, { limit: 1 })).items.length > 0;
  }

  count = (): Promise<number> => this.registry.count('user', null);

  async page(page: { limit: number; cursor?: string }) {
    const { items, ...rest } = await this.registry.list('user', null, page);
    return { ...rest, items: items.map((entry) => shownUser(this.stored.read(entry))) };
  }

  /** AUTH_007 where the name is taken. */
  async create(given: { username: string; password: string; role: Role; mustChange: boolean }): Promise<User> {
    const id = this.newId();
    const created_at = this.now().toISOString();
    const user: StoredUser = {
      user_id: id,
      username: given.username,
      role: given.role,
      disabled: false,
      must_change_password: given.mustChange,
      created_at,
      last_login_at: null,
      password_hash: await hashPassword(given.password),
      generation: 1,
    };
    const entry = { id, lookup: given.username.toLowerCase(), owner: id, created_at, expires_at: null };
    if (await this.stored.add(entry, user)) return shownUser(user);
    throw nameTaken();
  }

  /** Whether anybody can administer the server. */
  async hasAdmin(): Promise<boolean> {
    return (await this.admins()).length > 0;
  }

  /** Ids of those who can administer the server. */
  async admins(): Promise<string[]> {
    const ids: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: Awaited<ReturnType<Users['page']>> = await this.page({ limit: PAGE, ...(cursor && { cursor }) });
      ids.push(...page.items.filter(administers).map(({ user_id }) => user_id));
      cursor = page.nextCursor;
    }
    return ids;
  }
}

/** Whether this user can administer the server. */
export const administers = (user: Pick<User, 'role' | 'disabled'> | null): boolean =>
  user?.role === 'admin' && !user.disabled;

export const nameTaken = () =>
  new AppError('AUTH_007', { message: 'A user of this name exists already.', advice: 'Choose another name.' });

export function shownUser({ password_hash: _, generation: __, ...user }: StoredUser): User {
  return user;
}
