import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import * as z from 'zod';
import type { Principal } from '../contract/principal.ts';
import { AppError } from '../errors.ts';
import { roomFor } from '../lru-room.ts';
import type { Registry, RegistryEntry } from '../ports/registry.ts';
import { Holder, holderHere, isGone } from '../process-holder.ts';

/** What was answered, for who asks the same again. */
export interface KeptAnswer {
  readonly status: number;
  readonly location: string | null;
  /** JSON; null: it is not here any more. */
  readonly body: string | null;
  /** Stored analyses that it speaks of: it is good as long as they are there. */
  readonly analysisIds: readonly string[];
}

/** A request that nobody has made with this key before, or what became of it. */
export type Claim =
  | { readonly repeated: KeptAnswer }
  | {
      readonly repeated: null;
      /** `keepBody`: beyond this process and its memory, for as long as the key. */
      done(answer: KeptAnswer & { body: string }, keepBody: boolean): Promise<void>;
      /** Nothing was answered: the key may be used again. */
      release(): Promise<void>;
    };

export interface Idempotency {
  /** Throws IDEMPOTENCY_001 where the key stood for another request, IDEMPOTENCY_002 while that one runs, RATE_001. */
  claim(principal: Principal, key: string, fingerprint: string): Promise<Claim>;
}

export interface IdempotencyDeps {
  readonly registry: Registry;
  readonly now: () => Date;
}

const KIND = 'idempotency_key';
const KEPT_MS = 24 * 3_600_000;
/** Longer than any request takes: whoever still holds it then was killed, wherever that was. */
const LEASE_MS = 180_000;
/** Beyond this a body is kept in memory alone, characters. */
const MAX_STORED_BODY = 65_536;
const IN_MEMORY = { maxSize: 32 * 2 ** 20, ttl: 3_600_000 };
/** Keys of one caller in the time that they are kept. */
const MOST_OF_ONE = 10_000;
const MOST_CALLERS = 10_000;

const Stored = z.object({
  fingerprint: z.string(),
  holder: Holder.optional().describe('who works on it'),
  answer: z
    .strictObject({
      status: z.int(),
      location: z.string().nullable(),
      body: z.string().nullable(),
      analysisIds: z.array(z.string()),
    })
    .nullable()
    .describe('null: it runs'),
});
type Stored = z.infer<typeof Stored>;

/** One answer for each key of a caller, whichever of several servers is asked. */
export function createIdempotency({ registry, now }: IdempotencyDeps): Idempotency {
  const holder = holderHere();
  const bodies = new LRUCache<string, string>({ ...IN_MEMORY, sizeCalculation: (body) => body.length * 2 + 1 });
  const counts = new LRUCache<string, { count: number }>({ ...roomFor(MOST_CALLERS), ttl: KEPT_MS });

  function count({ id }: Principal): void {
    const mine = counts.get(id) ?? { count: 0 };
    if (mine.count >= MOST_OF_ONE) {
      throw new AppError('RATE_001', {
        message: `More than ${MOST_OF_ONE} idempotency keys in a day.`,
        retryAfterS: Math.ceil(counts.getRemainingTTL(id) / 1000),
      });
    }
    if (mine.count === 0) counts.set(id, mine);
    mine.count += 1;
  }

  /** What stands there now; null: it is free. */
  async function find(id: string): Promise<(RegistryEntry & { value: Stored }) | null> {
    const found = await registry.get(KIND, id);
    const value = found === null ? null : Stored.safeParse(found.value).data;
    return found === null ? null : { ...found, value: value ?? { fingerprint: '', answer: null } };
  }

  return {
    async claim(principal, key, fingerprint) {
      const id = createHash('sha256')
        .update(JSON.stringify([principal.id, key]))
        .digest('base64url');
      const at = now();
      const until = (ms: number) => new Date(at.getTime() + ms).toISOString();
      const head = { id, lookup: null, owner: principal.id, created_at: at.toISOString() };
      const running: RegistryEntry = {
        ...head,
        expires_at: until(LEASE_MS),
        version: 1,
        value: { fingerprint, holder, answer: null } satisfies Stored,
      };
      count(principal);
      let { version } = running;
      if (!(await registry.add(KIND, running))) {
        const there = await find(id);
        const over = there === null || (there.expires_at ?? '') <= at.toISOString() || wasLost(there.value);
        if (!over) return { repeated: answerOf(there) };
        version = (there?.version ?? 0) + 1;
        const mine = there === null ? await registry.add(KIND, running) : await replace(running, version);
        if (!mine) throw inProgress(0);
      }
      return {
        repeated: null,
        async done({ body, ...answer }, keepBody) {
          bodies.set(id, body);
          const stored = keepBody && body.length <= MAX_STORED_BODY ? body : null;
          const value: Stored = {
            fingerprint,
            answer: { ...answer, analysisIds: [...answer.analysisIds], body: stored },
          };
          await registry.replace(KIND, { ...head, expires_at: until(KEPT_MS), version: version + 1, value });
        },
        async release() {
          // Whoever took it over after the lease keeps it.
          if ((await find(id))?.version === version) await registry.remove(KIND, id);
        },
      };

      /** The same request, on which a process of this machine worked that has ended. */
      function wasLost(stored: Stored): boolean {
        const { answer, holder: whose } = stored;
        return answer === null && stored.fingerprint === fingerprint && whose !== undefined && isGone(whose);
      }

      function answerOf({ value: stored, created_at }: RegistryEntry & { value: Stored }): KeptAnswer {
        if (stored.fingerprint !== fingerprint) throw new AppError('IDEMPOTENCY_001');
        if (stored.answer === null) throw inProgress(at.getTime() - Date.parse(created_at));
        return { ...stored.answer, body: bodies.get(id) ?? stored.answer.body };
      }
    },
  };

  function replace(entry: RegistryEntry, version: number): Promise<boolean> {
    return registry.replace(KIND, { ...entry, version });
  }
}

/** What has taken long takes some time yet, or was killed on another machine: whoever waits as told asks a few times only. */
function inProgress(tookMs: number): AppError {
  const ms = Math.max(1000, Math.min(tookMs, LEASE_MS - tookMs));
  return new AppError('IDEMPOTENCY_002', { retryAfterS: Math.ceil(ms / 1000) });
}
