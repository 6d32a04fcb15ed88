import * as z from 'zod';
import { AppError } from '../errors.ts';
import { type BackupPlace, LOCK } from '../ports/backup-place.ts';
import { Holder, holderHere, isGone, letGo } from '../process-holder.ts';

const Held = Holder.extend({ since: z.iso.datetime() });
type Held = z.output<typeof Held>;

const MAX_BYTES = 4096;

/** Whoever holds the place says so again so often; who was silent for `STALE_MS` is taken for dead. */
const RENEW_MS = 60_000;
const STALE_MS = 10 * 60_000;

export interface PlaceLock {
  /** Throws BACKUP_001 where another one took it meanwhile. Before every step that cannot be taken back. */
  assertHeld(): Promise<void>;
  release(): Promise<void>;
}

/** One at a time changes what is at a place. Throws BACKUP_001 where somebody does. */
export async function lockPlace(place: BackupPlace, now: () => Date): Promise<PlaceLock> {
  const me = holderHere();
  const since = now().toISOString();
  const bytes = Buffer.from(JSON.stringify({ ...me, since } satisfies Held));
  const holds = async () => (await heldBy(place))?.holder === me.holder;
  try {
    if (!(await place.putNew(LOCK, bytes))) {
      const other = await heldBy(place);
      const changedAt = await place.changedAt(LOCK);
      const isDead = (other !== null && isGone(other)) || (changedAt !== null && place.now() - changedAt > STALE_MS);
      if (!isDead && changedAt !== null) throw inUse(other);
      await place.remove(LOCK);
      if (!(await place.putNew(LOCK, bytes))) throw inUse(await heldBy(place));
    }
    // Some S3 servers write in spite of the condition.
    if (!(await holds())) throw inUse(await heldBy(place));
  } catch (thrown) {
    letGo(me);
    throw thrown;
  }
  const renewal = setInterval(() => {
    void holds()
      .then((isMine) => (isMine ? place.put(LOCK, bytes) : undefined))
      // The next one, or `assertHeld`, finds out.
      .catch(() => undefined);
  }, RENEW_MS).unref();
  return {
    async assertHeld() {
      if (!(await holds())) throw lost();
    },
    async release() {
      clearInterval(renewal);
      letGo(me);
      if (await holds().catch(() => false)) await place.remove(LOCK).catch(() => undefined);
    },
  };
}

/** Null also for what nobody of ours wrote. */
async function heldBy(place: BackupPlace): Promise<Held | null> {
  const bytes = await place.get(LOCK, MAX_BYTES);
  if (bytes === null) return null;
  try {
    return Held.parse(JSON.parse(bytes.toString()));
  } catch {
    return null;
  }
}

const inUse = (other: Held | null): AppError =>
  new AppError('BACKUP_001', { details: { since: other?.since ?? null, machine: other?.machine ?? null } });

const lost = (): AppError =>
  new AppError('BACKUP_001', { message: 'Another backup took the place while this one was silent; this one ends.' });
