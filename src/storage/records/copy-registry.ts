import { AppError } from '../../errors.ts';
import type { ListPosition } from '../../ports/cursor.ts';
import type { RegistryKind } from '../../ports/registry.ts';
import { readable } from './readable.ts';
import { ENTRY } from './registry.ts';
import type { Store } from './store.ts';
import type { Texts } from './texts.ts';

/** Logins that were ended are kept until they would have ended anyhow, which is a day. */
const ACCOUNTS: readonly RegistryKind[] = ['user', 'api_key', 'revoked_token', 'audit'];
/** Answers kept for repetitions, tasks of other agents and what servers measured belong to the store that has them. */
const KINDS: readonly RegistryKind[] = ['feedback'];
const AT_ONCE = 200;

export type EntryOutcome = 'copied' | 'found' | 'unreadable' | 'different';

/** What was said of analyses, and with `accounts` users, keys and the like. */
export const portableKinds = (accounts: boolean): readonly RegistryKind[] =>
  accounts ? [...KINDS, ...ACCOUNTS] : KINDS;

/** Copies entries of these kinds and reads each back; what is there already is compared only. */
export async function copyRegistry(
  from: Store,
  to: Store,
  tell: (kind: RegistryKind, id: string, outcome: EntryOutcome) => void,
  { kinds, signal }: { readonly kinds: readonly RegistryKind[]; readonly signal?: AbortSignal | undefined },
): Promise<void> {
  for (const kind of kinds) {
    let after: ListPosition | null = null;
    for (;;) {
      const page: Texts = await from.call('listEntries', kind, null, after, AT_ONCE);
      for (const [at, text] of page.texts.entries()) {
        signal?.throwIfAborted();
        const id = page.ids[at] ?? '';
        tell(kind, id, await copyEntry(to, kind, id, text));
      }
      if (page.next === null) break;
      after = page.next;
    }
  }
}

async function copyEntry(to: Store, kind: RegistryKind, id: string, text: string): Promise<EntryOutcome> {
  let entry: ReturnType<typeof ENTRY.parse>;
  try {
    entry = readable(text, ENTRY);
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.code === 'DB_003') return 'unreadable';
    throw thrown;
  }
  const there = await to.call('getEntry', kind, id);
  if (there !== null) return there === text ? 'found' : 'different';
  const { lookup, owner, created_at, expires_at, version } = entry;
  const row = { kind, id, lookup, owner, created_at, expires_at, version, entry: text };
  const isAdded = await to.call('addEntry', row);
  const now = await to.call('getEntry', kind, id);
  // Another entry has its lookup, or somebody else has just added it.
  if (!isAdded) return now === text ? 'found' : 'different';
  if (now === text) return 'copied';
  throw new AppError('DB_002', { message: `The ${kind} ${id} was not the same when it was read back.` });
}
