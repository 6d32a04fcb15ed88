import { LOCAL } from '../contract/principal.ts';
import { AppError } from '../errors.ts';
import { recordsOver } from '../storage/records/records-over.ts';
import type { Store } from '../storage/records/store.ts';

/** Records that were copied and that no user of the store sees. */
export interface Unseen {
  /** Their users are not in the store. */
  readonly nobodys: number;
  /** This machine's own, in a store that has users. */
  readonly machines: number;
}

/** How many records each owner has. */
export class Tally {
  private readonly counts = new Map<string, number>();

  readonly add = (owner: string): void => {
    this.counts.set(owner, (this.counts.get(owner) ?? 0) + 1);
  };

  /** Records of users, whoever they are. */
  get ofUsers(): number {
    return [...this.counts].reduce((sum, [owner, count]) => sum + (owner === LOCAL.id ? 0 : count), 0);
  }

  async unseenIn(store: Store): Promise<Unseen> {
    const { registry } = recordsOver(store);
    let nobodys = 0;
    for (const [owner, count] of this.counts) {
      if (owner !== LOCAL.id && (await registry.get('user', owner)) === null) nobodys += count;
    }
    const hasUsers = (await registry.list('user', null, { limit: 1 })).items.length > 0;
    return { nobodys, machines: hasUsers ? (this.counts.get(LOCAL.id) ?? 0) : 0 };
  }
}

/** Id of the user of this name, or of this machine's own, `local`. Throws AUTH_006 where there is none. */
export async function ownerNamed(store: Store, name: string): Promise<string> {
  const found = await recordsOver(store).registry.find('user', name.toLowerCase());
  if (found !== null) return found.id;
  if (name === LOCAL.id) return LOCAL.id;
  throw new AppError('AUTH_006', {
    message: `There is no user "${name}" in this store. Nothing was written.`,
    advice: `Make the user first (a server that is started with H200_ADMIN_USERNAME and H200_ADMIN_PASSWORD makes an administrator), or name "${LOCAL.id}": this machine's own, without users.`,
  });
}
